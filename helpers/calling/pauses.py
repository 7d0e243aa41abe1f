"""Pauses of a learner's function, in API time: being polite costs nobody a verdict, and nobody waits for one.

While a function is judged, `time.sleep`, `asyncio.sleep`, `anyio.sleep` and `threading.Event.wait` with a timeout let
the case's clock go on by what they were asked for, and really take next to nothing. So does a library that the function
uses to wait. The SDK's own waits between attempts take next to nothing too: the replay notes those in API time itself.

Where the event loop lives in API time (`helpers.calling.apitime`), a pause is one of its timers, the SDK's too; and a
`time.sleep` stops all of its tasks, as it would outside.
"""

import asyncio
import math
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import FrameType, FunctionType
from typing import Any, Final, Protocol
from unittest.mock import patch

import anyio

from helpers.calling.apitime import running_api_time

LONGEST: Final = 0.05
"""Real seconds that a pause takes at most. Not 0: who waits for another thread must give it a chance."""
SDK: Final = "anthropic"
OURS: Final = "helpers"
REAL_SLEEP: Final = time.sleep
REAL_ASYNC_SLEEP: Final = asyncio.sleep
REAL_ANYIO_SLEEP: Final = anyio.sleep
REAL_WAIT: Final = threading.Event.wait


class Clock(Protocol):
    """API time, as a learner's function is given it."""

    def now(self) -> float:
        """The present, in seconds."""

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass. Nothing really waits."""


@contextmanager
def pauses_in_api_time(clock: Clock, function: Callable[..., Any]) -> Iterator[None]:
    """While `function` runs, its pauses pass on `clock`. Threads that were there before sleep as ever."""
    with pauses_on(clock, _namespaces(function)):
        yield


@contextmanager
def pauses_on(clock: Clock, spaces: Iterable[dict[str, Any]]) -> Iterator["Pauses"]:
    """The same for the code whose global names are `spaces`, and for what it calls. What it asks for is noted."""
    pauses = Pauses(clock)
    # By identity: what else is among those names may not be hashable, or equal to anything.
    stand_ins = {id(real): stand_in for real, stand_in in pauses.stand_ins.items()}
    with ExitStack() as stack:
        for place in ("time.sleep", "asyncio.sleep", "anyio.sleep"):
            owner, _, name = place.rpartition(".")
            real = getattr(sys.modules[owner], name)
            stack.enter_context(patch(place, pauses.stand_ins.get(real, real)))
        stack.enter_context(patch.object(threading.Event, "wait", pauses.waiter()))
        for space in spaces:
            # `from time import sleep` has taken the real one already. Not `patch.dict`: it would take back what else
            # the code writes into its globals meanwhile.
            for name, value in list(space.items()):
                if id(value) in stand_ins:
                    stack.callback(space.__setitem__, name, value)
                    space[name] = stand_ins[id(value)]
        yield pauses


def _namespaces(function: Callable[..., Any]) -> list[dict[str, Any]]:
    """The global names that a function, or the methods of a class, look into."""
    inside = vars(function).values() if isinstance(function, type) else [function]
    spaces = {id(one.__globals__): one.__globals__ for one in inside if isinstance(one, FunctionType)}
    return list(spaces.values())


class Pauses:
    """Stands in for the functions that let time pass, and notes for how long."""

    def __init__(self, clock: Clock) -> None:
        self.asked: list[float] = []
        """The seconds of every pause, in their order. The SDK's are not among them."""
        self.stand_ins: Mapping[object, Callable[..., Any]] = {
            REAL_SLEEP: self.sleep,
            REAL_ASYNC_SLEEP: self.sleep_async,
            REAL_ANYIO_SLEEP: self.sleep_anyio,
        }
        self._clock = clock
        self._older = {thread.ident for thread in threading.enumerate()} - {threading.get_ident()}

    def sleep(self, seconds: float) -> None:
        """In place of `time.sleep`."""
        REAL_SLEEP(self._passed(seconds, sys._getframe(1)))

    def sleep_async(self, delay: float, result: Any = None) -> Any:
        """In place of `asyncio.sleep`."""
        return self._after(REAL_ASYNC_SLEEP, delay, sys._getframe(1), result)

    def sleep_anyio(self, delay: float) -> Any:
        """In place of `anyio.sleep`."""
        return self._after(REAL_ANYIO_SLEEP, delay, sys._getframe(1))

    def waiter(self) -> Callable[..., bool]:
        """In place of `threading.Event.wait`."""

        def wait(event: threading.Event, timeout: float | None = None) -> bool:
            if timeout is None or event.is_set():
                return REAL_WAIT(event, timeout)
            if self._is_real(sys._getframe(1)) or not math.isfinite(timeout):
                return REAL_WAIT(event, timeout)
            if REAL_WAIT(event, min(timeout, LONGEST)):
                return True
            self.asked.append(timeout)
            self._clock.sleep(timeout)
            return False

        return wait

    def _passed(self, seconds: float, caller: FrameType) -> float:
        """How long to sleep for real, after the clock has gone on by `seconds` where they are the function's own."""
        if _package(caller) == SDK:
            return min(seconds, LONGEST)
        loop = running_api_time()
        if loop is not None and not self._is_real(caller) and 0 <= seconds < math.inf:
            loop.block(seconds)
            return 0.0
        if self._is_real(caller) or not 0 <= seconds < math.inf:
            return seconds
        self.asked.append(seconds)
        self._clock.sleep(seconds)
        return min(seconds, LONGEST)

    async def _after(self, sleep: Callable[..., Any], seconds: float, caller: FrameType, result: Any = None) -> Any:
        if running_api_time() is not None:
            await sleep(seconds)
        elif _package(caller) == SDK:
            await sleep(min(seconds, LONGEST))
        elif self._is_real(caller) or not 0 <= seconds < math.inf:
            await sleep(seconds)
        else:
            self.asked.append(seconds)
            # Those who sleep at the same time sleep side by side.
            until = self._clock.now() + seconds
            await sleep(min(seconds * LONGEST, LONGEST))
            self._clock.sleep(max(until - self._clock.now(), 0.0))
        return result

    def _is_real(self, caller: FrameType) -> bool:
        """Whether somebody else than the function or a library of its choice sleeps."""
        package = _package(caller)
        return threading.get_ident() in self._older or package == OURS or package in sys.stdlib_module_names


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
