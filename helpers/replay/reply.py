"""A reply: a status, headers, chunks with their delays, and an ending."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from helpers.replay.clock import Clock
from helpers.replay.wire import Ended, Ending, Exchange

BREAK: Final = "break"
"""In place of an event: what breaks whoever reads it. Nobody who leaves then has left too early."""


class Chunk(NamedTuple):
    """Bytes that are sent together, the seconds of API time before them, and the event they carry."""

    data: bytes
    delay: float = 0.0
    event: str | None = None


@dataclass(slots=True)
class Reply:
    """What goes back for one request. `status` is None when the connection is refused."""

    status: int | None
    headers: Mapping[str, str]
    chunks: Iterable[Chunk]
    exchange: Exchange
    clock: Clock
    latency: float = 0.0
    """Seconds of API time until the headers are sent."""
    ending: Ending = "clean"
    played: int = field(init=False, default=0)
    """Chunks that have been sent."""
    _moment: float = field(init=False)
    _broken: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._moment = self.exchange.started

    @property
    def only_chunk(self) -> Chunk | None:
        """The whole body, where it comes in one piece together with the headers."""
        if self.ending == "clean" and isinstance(self.chunks, tuple) and len(self.chunks) == 1:
            return self.chunks[0]
        return None

    @property
    def moment(self) -> float:
        """How far this exchange has come, in seconds of API time."""
        return self._moment

    def pass_time(self, seconds: float) -> None:
        """Note that this exchange has gone on for `seconds` more."""
        self._moment += seconds
        self.clock.reach(self._moment)

    def respond(self) -> None:
        """Note that the headers have been sent."""
        self.pass_time(self.latency)
        self.exchange.first_byte = self._moment

    def sent(self, chunk: Chunk) -> None:
        """Note in the wire log that `chunk` goes out, after its delay."""
        data, delay, event = chunk
        exchange = self.exchange
        moment = self._moment
        if delay:
            self._moment = moment = moment + delay
            self.clock.reach(moment)
        self.played += 1
        exchange.bytes += len(data)
        if event is BREAK:
            self._broken = True
        elif event is not None:
            exchange.events.append((event, moment))

    def finish(self, ending: Ended | None = None) -> None:
        """Note how it ended: as scripted, unless `ending` says otherwise. Only the first call counts."""
        exchange = self.exchange
        if exchange.ending is None:
            exchange.ending = self.ending if ending is None or self._nothing_left() else ending
            exchange.ended = self._moment

    def _nothing_left(self) -> bool:
        """Whether a caller who stops reading has missed nothing."""
        if self._broken:
            return True
        return bool(self.exchange.events) and self.exchange.events[-1][0] in ("message_stop", "error")
