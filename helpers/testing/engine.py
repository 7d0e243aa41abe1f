"""The engine for an app under test: what really passes between two requests counts, and why messages ended is kept."""

import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from typing import Final

from helpers.replay.chance import Seed
from helpers.replay.engine import Engine
from helpers.replay.reply import Reply
from helpers.replay.request import Request
from helpers.replay.scenario import Scenario
from helpers.testing.calls import MESSAGES

NOTICED: Final = 0.25
"""Real seconds between two requests from which on somebody has waited; what is less, a machine takes by itself."""
STOP_REASON: Final = re.compile(rb'"stop_reason":\s*"(\w+)"')


_asked_here: ContextVar[bool] = ContextVar("asked_here", default=False)


@contextmanager
def asked_here() -> Iterator[None]:
    """What is asked in the block comes over no socket: its pauses are known, and no time really passes for it."""
    token = _asked_here.set(True)
    try:
        yield
    finally:
        _asked_here.reset(token)


_here = threading.local()
_numbers = count(1)


def _number_of_thread() -> int:
    """Of the one that calls. Not its `ident`, which the next thread may get."""
    if not hasattr(_here, "number"):
        _here.number = next(_numbers)
    number: int = _here.number
    return number


class AppEngine(Engine):
    """As `Engine`. Who asks over a socket may be another process, of whose waits nobody else knows."""

    def __init__(self, scenario: Scenario, *, seed: Seed, speed: float, models: Sequence[str]) -> None:
        super().__init__(scenario, seed=seed, speed=speed, models=models)
        self.over_sockets: set[int] = set()
        """The numbers of the requests that came over one."""
        self.threads: dict[int, int] = {}
        """By a request's number, which thread of this process sent it; nothing of what came over a socket."""
        self.stop_reasons: dict[int, str] = {}
        """By a request's number, why its message ends, where that is sent."""
        self._answered = time.monotonic()

    def reply(self, request: Request) -> Reply:
        """The engine's reply."""
        reply = super().reply(request)
        if _asked_here.get():
            self.threads[reply.exchange.number] = _number_of_thread()
        else:
            self.over_sockets.add(reply.exchange.number)
        if request.path == MESSAGES:
            reply.chunks = tuple(reply.chunks)
            found = STOP_REASON.findall(b"".join(chunk.data for chunk in reply.chunks))
            if found:
                self.stop_reasons[reply.exchange.number] = found[-1].decode()
        self._answered = time.monotonic()
        return reply

    def _start_of(self, request: Request) -> float:
        """API time never goes slower than the clock on the wall."""
        waited = time.monotonic() - self._answered
        if len(self.log) and not _asked_here.get() and not request.retry_count and waited >= NOTICED:
            last = self.log[-1]
            self.clock.reach((last.ended or last.started) + waited)
        return super()._start_of(request)
