"""Pauses in API time: whichever way a function waits, the clock goes on and nobody waits with it."""

import asyncio
import threading
import time
from collections.abc import Callable
from time import sleep
from typing import Any

import anyio
import pytest

from helpers.calling import pauses
from helpers.calling.pauses import LONGEST, pauses_in_api_time
from helpers.calling.stage import run_to_end
from helpers.judging.checking import EngineClock
from helpers.replay.clock import Clock


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What is really slept, noted instead: no test waits."""
    seconds: list[float] = []
    yielding, waiting = asyncio.sleep, threading.Event.wait

    async def note(delay: float, result: Any = None) -> Any:
        seconds.append(delay)
        return await yielding(0, result)

    async def note_anyio(delay: float) -> None:
        await note(delay)

    def wait(event: threading.Event, timeout: float | None = None) -> bool:
        if timeout is None:
            return waiting(event)
        seconds.append(timeout)
        return event.is_set()

    for name, fake in (("REAL_SLEEP", seconds.append), ("REAL_ASYNC_SLEEP", note), ("REAL_ANYIO_SLEEP", note_anyio)):
        monkeypatch.setattr(pauses, name, fake)
    monkeypatch.setattr(pauses, "REAL_WAIT", wait)
    monkeypatch.setattr(time, "sleep", seconds.append)
    monkeypatch.setattr(asyncio, "sleep", note)
    monkeypatch.setattr(anyio, "sleep", note_anyio)
    return seconds


def _time() -> None:
    time.sleep(4)


def _asyncio() -> None:
    async def main() -> None:
        assert await asyncio.sleep(4, "result") == "result"

    run_to_end(main())


def _anyio() -> None:
    async def main() -> None:
        await anyio.sleep(4)

    run_to_end(main())


def _event() -> None:
    assert not threading.Event().wait(4)


def _thread() -> None:
    thread = threading.Thread(target=_time)
    thread.start()
    thread.join()


@pytest.mark.parametrize("function", [_time, _asyncio, _anyio, _event, _thread])
def test_passes_on_the_clock(function: Callable[[], None], slept: list[float]) -> None:
    """Four seconds of API time, and hardly any of ours."""
    clock = Clock()
    with pauses_in_api_time(EngineClock(clock), function):
        function()
    assert clock.now() == pytest.approx(4.0)
    assert max(slept) <= LONGEST


def test_side_by_side(slept: list[float]) -> None:
    """Tasks that sleep at the same time take as long as the longest of them."""

    async def main() -> None:
        await asyncio.gather(*(asyncio.sleep(seconds) for seconds in (3, 5, 4)))

    clock = Clock()
    with pauses_in_api_time(EngineClock(clock), main):
        run_to_end(main())
    assert clock.now() == pytest.approx(5.0)


def test_names_that_were_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """`from time import sleep` is the same pause; afterwards the name is what it was."""
    clock = Clock()

    def polite() -> None:
        sleep(4)

    class Polite:
        def call(self) -> None:
            sleep(4)

    for function, call in ((polite, polite), (Polite, lambda: Polite().call())):
        with pauses_in_api_time(EngineClock(clock), function):
            call()
    assert clock.now() == pytest.approx(8.0)
    assert sleep is pauses.REAL_SLEEP
    assert time.sleep is pauses.REAL_SLEEP


def test_an_event_that_is_set() -> None:
    """Whoever is called does not wait, and no time passes."""
    clock, event = Clock(), threading.Event()
    event.set()
    with pauses_in_api_time(EngineClock(clock), _event):
        assert event.wait(4)
    assert clock.now() == 0.0


@pytest.mark.parametrize("seconds", [-1.0, float("nan")])
def test_no_number_of_seconds(seconds: float) -> None:
    """What `time.sleep` refuses, it refuses here."""
    with pauses_in_api_time(EngineClock(Clock()), _time), pytest.raises(ValueError, match=r"."):
        time.sleep(seconds)


def test_older_threads_sleep_as_ever(slept: list[float]) -> None:
    """A notebook's kernel has threads of its own: their time is the real one."""
    clock, go, done = Clock(), threading.Event(), threading.Event()

    def kernel() -> None:
        go.wait()
        time.sleep(4)
        done.set()

    thread = threading.Thread(target=kernel)
    thread.start()
    with pauses_in_api_time(EngineClock(clock), _time):
        go.set()
        thread.join()
    assert done.is_set()
    assert slept == [4]
    assert clock.now() == 0.0
