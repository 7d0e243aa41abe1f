"""The wire log: what was asked, what was answered, and where it broke, in API time."""

import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

from helpers.replay.request import parse

Ending = Literal[
    "clean",
    "cut",
    "reset",
    "stall",
    "warm_stall",
    "truncate",
    "malformed",
    "garbled",
    "error_event",
    "empty",
    "page",
]
"""How a reply ends. See the table in `helpers.replay`."""

Ended = Ending | Literal["refused", "timeout", "abandoned"]
"""What became of an exchange: also `refused` (no connection), `timeout` (the client's own), `abandoned` (it left)."""

READ_TIMEOUT: Final = "x-stainless-read-timeout"
"""Where the SDK says how many seconds its client waits for the next byte; missing where it waits for ever."""
KEPT_HEADERS: Final = ("accept", "anthropic-beta", "anthropic-version", "content-type", "user-agent", READ_TIMEOUT)
"""The request headers that the log keeps. An allow-list: a key can never get in by being spelt differently."""

KEPT_BODY: Final = 256_000
"""Bytes of a request body up to which the log keeps it: a batch of 100,000 requests must not live twice."""


def kept(headers: Mapping[str, str]) -> dict[str, str]:
    """What the log keeps of a request's headers. Most requests send the same: one copy of a text serves them all."""
    return {name: sys.intern(headers[name]) for name in KEPT_HEADERS if name in headers}


@dataclass(slots=True)
class Exchange:
    """One request and its reply. Moments are in seconds of API time since the replay began."""

    number: int
    method: str
    path: str
    headers: Mapping[str, str]
    sent: bytes
    """The body as it was sent; empty when it was too long to keep. Read, it would take five times the room."""
    request_bytes: int
    retry_count: int
    started: float
    status: int | None = None
    """None when no response came: refused, or timed out first."""
    error_type: str | None = None
    request_id: str | None = None
    first_byte: float | None = None
    ended: float | None = None
    bytes: int = 0
    events: list[tuple[str, float]] = field(default_factory=list)
    """Name and moment of every event of a stream."""
    ending: Ended | None = None
    """None while the reply is under way."""
    retry_wait: float | None = None
    """Seconds that the SDK waits before it tries again, where it would."""
    unexpected: str | None = None
    """Why the scenario did not expect this request, when it did not."""

    @property
    def read_timeout(self) -> float:
        """Seconds that the client said it would wait for a byte: infinity where it named no number."""
        try:
            seconds = float(self.headers[READ_TIMEOUT])
        except (KeyError, ValueError):
            return math.inf
        return math.inf if math.isnan(seconds) else seconds

    @property
    def body(self) -> Any:
        """The body as JSON, or None when it was empty, not JSON or not kept."""
        return parse(self.sent)

    @property
    def whole(self) -> bool:
        """Whether the answer arrived in full."""
        return self.ending == "clean" and self.status is not None and self.status < 400

    def to_json(self) -> dict[str, Any]:
        """The exchange as plain JSON, moments to the millisecond."""
        shown = {"body" if name == "sent" else name: value for name, value in asdict(self).items()}
        shown["body"] = self.body
        for name in ("started", "first_byte", "ended", "retry_wait"):
            shown[name] = None if shown[name] is None else round(shown[name], 3)
        shown["events"] = [[name, round(moment, 3)] for name, moment in self.events]
        return shown


class WireLog:
    """Every exchange of a replay, in the order in which the requests arrived."""

    def __init__(self) -> None:
        self._exchanges: list[Exchange] = []

    def __len__(self) -> int:
        return len(self._exchanges)

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self._exchanges)

    def __getitem__(self, index: int) -> Exchange:
        return self._exchanges[index]

    def clear(self) -> None:
        """Forget everything."""
        self._exchanges.clear()

    def add(self, exchange: Exchange) -> None:
        """Append an exchange that has begun."""
        self._exchanges.append(exchange)

    def to_json(self) -> list[dict[str, Any]]:
        """The log as plain JSON, one entry per request."""
        return [exchange.to_json() for exchange in self._exchanges]
