"""Sleeps that nobody has to wait for, and chance that is the same in every run."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from unittest.mock import patch

LONGEST_REAL_SLEEP: Final = 1.0
"""Seconds from which on a sleep is the learner's own: those of the SDK are shortened by the replay."""


@contextmanager
def same_jitter() -> Iterator[None]:
    """Begin the random numbers anew, so that waits with jitter look the same in every run."""
    before = random.getstate()
    random.seed(0)
    try:
        yield
    finally:
        random.setstate(before)


@contextmanager
def quick_sleeps(slept: list[float], longest: float = LONGEST_REAL_SLEEP) -> Iterator[None]:
    """Skip sleeps of `longest` seconds and more, and note them: nobody should wait for a verdict.

    Only those of this thread: a notebook's kernel sleeps in others.
    """
    real_sleep, here = time.sleep, threading.get_ident()

    def sleep(seconds: float) -> None:
        if seconds < longest or threading.get_ident() != here:
            real_sleep(seconds)
        else:
            slept.append(seconds)

    with patch("time.sleep", sleep):
        yield
