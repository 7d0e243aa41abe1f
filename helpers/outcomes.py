"""What a careful caller returns instead of a bare string."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """What became of one streamed answer.

    `text` is everything that arrived. `complete` is True only when it is the whole answer. `error` says in a few words
    why it is not, and is None when it is. `request_id` is what support asks for; None only when no response came.
    """

    text: str
    complete: bool
    error: str | None
    request_id: str | None
