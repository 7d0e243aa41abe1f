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
    "none", "busy", "limited", "overloaded", "rejected", "too_large", "lost", "truncate", "cut", "reset", "error_event"
]
"""What goes wrong with a job. `busy`: 529 first. `overloaded`: 529 always. `lost`: the answer after the refund is."""
BROKEN: Final = ("truncate", "cut", "reset", "error_event")
FAILING: Final = ("overloaded", "rejected", "too_large")


@dataclass(frozen=True)
class Job:
    """One thing that the bot is asked to do. `refunds` are numbers and amounts; `runs` how often it may be tried."""

    ticket: str
    action: Action
    trouble: Trouble
    said: str
    reply: str = ""
    refunds: tuple[tuple[str, int], ...] = ()
    complaints: Mapping[str, str] = field(default_factory=dict)

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
