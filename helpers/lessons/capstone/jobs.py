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
]
"""What goes wrong with a job.

`busy` and `overloaded` are 529, at first and always; `gateway` and `down` are pages, not the API's, at first and
always. `lost`: the answer after the refund is. `half_a_call`: the tool call stopped at `max_tokens`.
"""
RAISES: Final = ("cut", "reset", "malformed", "garbled", "error_event", "error_first")
"""Streams that end with an exception."""
SILENT: Final = ("truncate", "empty", "max_tokens")
"""Streams that end before the answer is whole, and raise nothing."""
STREAMS_THAT_BREAK: Final = (*RAISES, *SILENT)
BROKEN: Final = (*STREAMS_THAT_BREAK, "half_a_call")
FAILING: Final = ("overloaded", "down", "rejected", "too_large")


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
