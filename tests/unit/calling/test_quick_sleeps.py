"""Long sleeps of a learner's function are skipped and noted; everybody else sleeps as before."""

import threading
import time

from helpers.calling.sleeping import quick_sleeps


def test_long_sleeps_are_skipped() -> None:
    """An hour takes no time, and is told."""
    slept: list[float] = []
    with quick_sleeps(slept):
        time.sleep(3_600)
        time.sleep(0)
    assert slept == [3_600]


def test_other_threads_sleep() -> None:
    """A kernel's own thread that sleeps meanwhile is neither hurried nor taken for the learner's."""
    slept: list[float] = []
    with quick_sleeps(slept, 0.0):
        thread = threading.Thread(target=time.sleep, args=(0.001,))
        thread.start()
        thread.join()
    assert slept == []


def test_undone() -> None:
    """Afterwards a sleep is a sleep."""
    before = time.sleep
    with quick_sleeps([]):
        pass
    assert time.sleep is before
