"""A function that never ends is ended, and the process goes on as before."""

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any, Final

import pytest

from helpers.calling.deadline import Deadline, NeverEnded
from helpers.calling.stage import run_to_end
from tests.unit.calling.conftest import define

SOON: Final = 0.02

needs_alarm = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no alarms here")

LOOPS: Final = {
    "pure": "def loop():\n    while True:\n        pass",
    "helper": "def turn(n):\n    return n + 1\ndef loop():\n    n = 0\n    while True:\n        n = turn(n)",
    "sleep": "import time\ndef loop():\n    while True:\n        time.sleep(3600)",
    "swallows": """
def loop():
    while True:
        try:
            raise ValueError
        except Exception:
            pass
""",
    "with": "import io\ndef loop():\n    with io.StringIO() as file:\n        while True:\n            file.tell()",
}
SWALLOWS_ALL: Final = """
import time
def loop():
    while True:
        try:
            time.sleep(0.001)
        except:
            continue
"""
ASYNC_LOOPS: Final = {
    "pure": "async def loop():\n    while True:\n        pass",
    "sleep": "import asyncio\nasync def loop():\n    await asyncio.sleep(3600)",
    "yields": "import asyncio\nasync def loop():\n    while True:\n        await asyncio.sleep(0)",
}


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Whatever happened, the alarm, its handler and the tracers are what they were."""
    before = [_alarm(), sys.gettrace(), threading.gettrace()]
    yield
    assert [_alarm(), sys.gettrace(), threading.gettrace()] == before
    assert sys.exc_info() == (None, None, None)


def _alarm() -> Any:
    if not hasattr(signal, "setitimer"):
        return None
    handlers = signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGVTALRM)
    return handlers, signal.getitimer(signal.ITIMER_REAL), signal.getitimer(signal.ITIMER_VIRTUAL)


def _missed(call: Callable[[], Any], deadline: Deadline) -> str | None:
    with pytest.raises(NeverEnded):
        deadline.run(call)
    assert deadline.missed
    return deadline.place


@needs_alarm
@pytest.mark.parametrize("source", [*LOOPS.values(), SWALLOWS_ALL], ids=[*LOOPS, "swallows all"])
def test_alarm(source: str) -> None:
    """A loop ends, also one that sleeps and one that catches everything, and its line is known."""
    place = _missed(define(source), Deadline(SOON, has_alarm=True))
    assert place is not None
    assert place.partition("`")[2].rstrip("`") in source


@needs_alarm
@pytest.mark.parametrize(
    ("name", "seconds", "busy"), [("pure", 3600, SOON), ("swallows", 3600, SOON), ("sleep", SOON, 3600)]
)
def test_busy(name: str, seconds: float, busy: float) -> None:
    """Who computes has less time than who waits, and it is known which of the two was over."""
    deadline = Deadline(seconds, has_alarm=True, busy=busy)
    place = _missed(define(LOOPS[name]), deadline)
    assert place is not None
    assert deadline.missed == SOON


@needs_alarm
def test_caught_and_returned() -> None:
    """What is returned too late is known to be late."""
    source = "def wait():\n    try:\n        while True:\n            pass\n    except:\n        return 'x'"
    deadline = Deadline(SOON, has_alarm=True)
    with contextlib.suppress(NeverEnded):
        deadline.run(define(source))
    assert deadline.missed


@needs_alarm
@pytest.mark.parametrize("source", ASYNC_LOOPS.values(), ids=ASYNC_LOOPS)
def test_coroutine(source: str) -> None:
    """A coroutine in a thread of its own ends too."""
    loop = define(source)
    _missed(lambda: run_to_end(loop()), Deadline(SOON, has_alarm=True))


@needs_alarm
def test_threads() -> None:
    """The threads that a driver starts end with it, so that nothing waits for them."""
    loop = define(LOOPS["pure"])

    def race() -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: loop(), range(2)))

    _missed(race, Deadline(SOON, has_alarm=True))


@pytest.mark.parametrize("name", ["pure", "helper", "swallows"])
def test_looks(name: str) -> None:
    """Without an alarm every line of the learner's looks at the clock."""
    ticks = count()
    place = _missed(define(LOOPS[name]), Deadline(50, clock=lambda: next(ticks), has_alarm=False))
    assert place is not None
    assert place.partition("`")[2].rstrip("`") in LOOPS[name]


def test_looks_in_threads() -> None:
    """A coroutine that runs in a thread of its own is looked after there."""
    ticks = count()
    loop = define(ASYNC_LOOPS["yields"])
    _missed(lambda: run_to_end(loop()), Deadline(50, clock=lambda: next(ticks), has_alarm=False))


@pytest.mark.parametrize("has_alarm", [False, pytest.param(True, marks=needs_alarm)])
def test_in_time(has_alarm: bool) -> None:
    """What ends in time returns its value, or raises what it raises."""
    deadline = Deadline(3600, has_alarm=has_alarm)
    assert deadline.run(define("def double():\n    return 2 * 21")) == 42
    with pytest.raises(ZeroDivisionError):
        deadline.run(define("def divide():\n    return 1 / 0"))
    assert not deadline.missed


def test_which() -> None:
    """Outside of the main thread there is no alarm."""
    with ThreadPoolExecutor(1) as pool:
        deadline = pool.submit(Deadline, 1.0).result()
    ticks = count()
    deadline._clock = lambda: next(ticks)
    with ThreadPoolExecutor(1) as pool:
        missed = pool.submit(deadline.run, define(LOOPS["pure"])).exception()
    assert isinstance(missed, NeverEnded)


def test_coroutine_in_a_notebook() -> None:
    """A loop that runs already, as in a notebook, is no obstacle."""

    async def cell() -> Any:
        return run_to_end(define("async def double():\n    return 2 * 21")())

    assert asyncio.run(cell()) == 42
