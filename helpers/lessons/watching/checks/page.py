"""What a page saw, read from the driver's notes, and beside it what upstream had sent by then."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from helpers.judging.check import Run
from helpers.judging.exact import number
from helpers.judging.reading import noted
from helpers.lessons.watching.reading import Said, read_events
from helpers.replay import Exchange

NEAR: Final = 0.1
"""Seconds of API time in which a piece goes through an app that passes it on at once."""


@dataclass(frozen=True)
class Page:
    """One page: its head, its events, and when anything came at all."""

    opened: float
    status: int | None
    headers: dict[str, str]
    events: list[Said] = field(default_factory=list)
    comments: int = 0
    moments: list[float] = field(default_factory=list)
    """When a piece of the body came."""
    rest: str = ""
    """What came after the last blank line: no event, for a browser."""
    is_utf8: bool = True
    over: float | None = None
    left: float | None = None
    ended: float | None = None

    @property
    def text(self) -> str:
        """The answer, as far as the page has it."""
        return "".join(said.text or "" for said in self.events)

    @property
    def names(self) -> list[str]:
        """The names of its events, in their order."""
        return [said.name for said in self.events]

    @property
    def last(self) -> Any:
        """What the event `done` holds, where it is the last one; else None."""
        return self.events[-1].value if self.events and self.events[-1].name == "done" else None

    @property
    def longest_silence(self) -> float:
        """Seconds between two pieces of the body at most, from the opening to its end."""
        end = self.over if self.over is not None else self.ended
        moments = [self.opened, *self.moments, *([] if end is None else [end])]
        return max((later - earlier for earlier, later in pairwise(moments)), default=0.0)

    def late_by(self, upstream: Exchange, places: Sequence[int], pieces: Sequence[str]) -> float:
        """Seconds by which the page had a piece later than the API had sent it, at most."""
        late, length = 0.0, 0
        for place, piece in zip(places, pieces, strict=True):
            if not has_come(upstream, place):
                break
            length += len(piece)
            late = max(late, self._had(length) - upstream.events[place][1])
        return late

    def _had(self, length: int) -> float:
        """When the page had so many characters of the answer."""
        have = 0
        for said in self.events:
            have += len(said.text or "")
            if have >= length:
                return said.moment
        return self.moments[-1] if self.moments else self.opened


def raw(run: Run, place: int = 0) -> dict[str, Any]:
    """What the driver noted of a page; nothing where it did not come to that."""
    pages = noted(run, "pages")
    page = pages[place] if isinstance(pages, list) and len(pages) > place else {}
    return page if isinstance(page, dict) else {}


def page(run: Run, place: int = 0) -> Page:
    """The page in this place, the first one unless it is said."""
    seen = raw(run, place)
    came = [(number(moment), str(text)) for moment, text in _pairs(seen.get("pieces"))]
    pieces = [(moment, text.encode("latin-1", "replace")) for moment, text in came if moment is not None]
    read = read_events(pieces)
    return Page(
        opened=number(seen.get("opened")) or 0.0,
        status=seen.get("status"),
        headers={str(name).lower(): str(value) for name, value in _pairs(seen.get("headers"))},
        events=read.events,
        comments=len(read.comments),
        moments=[moment for moment, _ in pieces],
        rest=read.rest,
        is_utf8=_is_utf8(b"".join(data for _, data in pieces)),
        over=number(seen.get("over")),
        left=number(seen.get("left")),
        ended=number(seen.get("ended")),
    )


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    return (
        [(one[0], one[1]) for one in value if isinstance(one, list) and len(one) == 2]
        if isinstance(value, list)
        else []
    )


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def has_come(exchange: Exchange, place: int) -> bool:
    """Whether the piece of text that is the event in this place was sent: an error may have come instead."""
    return place < len(exchange.events) and exchange.events[place][0] == "content_block_delta"


def events_after(exchange: Exchange, moment: float) -> int:
    """Events that upstream sent after `moment`: nobody saw them, and they are paid for."""
    return sum(sent > moment for _, sent in exchange.events)
