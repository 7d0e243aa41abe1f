"""What a support bot is asked to do on its day of chaos, and what may go wrong with it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from helpers.replay import Exchange

TICKET: Final = re.compile(r"T-\d{5}")
Action = Literal["answer", "suggest", "triage", "refund", "digest"]
Trouble = Literal[
    "none",
    "busy",
    "gateway",
    "limited",
    "overloaded",
    "down",
    "rejected",
    "too_large",
    "lost",
    "half_a_call",
    "max_tokens",
    "truncate",
    "empty",
    "cut",
    "reset",
    "malformed",
    "garbled",
    "error_event",
    "error_first",
    "refusal",
    "model_context_window_exceeded",
    "pause_turn",
    "new_reason",
    "stop_sequence",
    "thinking",
    "portal",
    "interrupted",
    "interrupted_later",
    "one_by_one",
    "broken_call",
    "partial",
    "flickers",
]
"""What goes wrong with a job.

`busy` and `overloaded` are 529, at first and always; `gateway` and `down` are pages, not the API's, at first and
always; `portal` is a page with the status 200. `lost`: the answer after the refund is. `half_a_call`: the tool call
stopped at `max_tokens`; `broken_call`: its body ended in the middle of it. `new_reason`: a stop reason that nobody has
heard of. `interrupted`: somebody presses Ctrl-C when the API has answered; later, in the middle of a stream, or while a
batch is under way. Of a digest that is `partial` some complaints have no result; the batch of one that `flickers`
cannot be found at times. Nothing is wrong with `stop_sequence` and `thinking`, which are whole, nor with `one_by_one`:
two refunds, and the model asks for the second when it has the receipt of the first.
"""
RAISES: Final = ("cut", "reset", "malformed", "garbled", "error_event", "error_first")
"""Streams that end with an exception."""
SILENT: Final = ("truncate", "empty", "max_tokens")
"""Streams that end before the answer is whole, and raise nothing."""
STREAMS_THAT_BREAK: Final = (*RAISES, *SILENT)
STOPPED: Final = ("refusal", "model_context_window_exceeded", "pause_turn", "new_reason")
"""Answers that are not whole although they have a stop reason, beside `max_tokens`."""
INTERRUPTED: Final = ("interrupted", "interrupted_later")
BROKEN: Final = (*STREAMS_THAT_BREAK, *STOPPED, "half_a_call", "broken_call", *INTERRUPTED)
FAILING: Final = ("overloaded", "down", "rejected", "too_large", "portal")
ALWAYS_BUSY: Final = ("overloaded", "down")
"""What every retry of the SDK's meets again."""


@dataclass(frozen=True)
class Job:
    """One thing that the bot is asked to do. `refunds` are numbers and amounts; `runs` how often it may be tried.

    `half` are number and amount of a call that did not come whole: nothing is owed for it.
    """

    ticket: str
    action: Action
    trouble: Trouble
    said: str
    reply: str = ""
    refunds: tuple[tuple[str, int], ...] = ()
    complaints: Mapping[str, str] = field(default_factory=dict)
    half: tuple[tuple[str, int], ...] = ()
    lost: Mapping[str, str] = field(default_factory=dict)
    """By ticket, what becomes of the complaints of a digest that have no result."""

    @property
    def runs(self) -> int:
        """How often the caller tries: a refund whose answer was lost is asked for again."""
        return 2 if self.trouble == "lost" else 1


def ticket_of(fields: Mapping[str, Any]) -> str | None:
    """The first ticket that the body of a request names."""
    found = TICKET.search(json.dumps(fields.get("messages", "")))
    return found[0] if found else None


def rejected(exchange: Exchange) -> bool:
    """Whether an exchange ended with an error of the caller's, which is the same however often it is sent."""
    return exchange.status is not None and 400 <= exchange.status < 500 and exchange.status not in (408, 409, 429)
