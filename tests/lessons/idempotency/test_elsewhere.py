"""Another process, a day later: what a function is told there, and that nobody else is."""

import datetime
import os
import threading
import time
from collections.abc import Callable
from datetime import datetime as Moment  # noqa: N812 - not to be taken for the module
from uuid import uuid4

import pytest

from helpers.lessons.idempotency.elsewhere import SECONDS, elsewhere, holds_run_id

RUN = uuid4()
PREFIX = "charges/2024-05"


@pytest.mark.parametrize(
    "ask",
    [
        lambda: hash("charge"),
        lambda: id(RUN),
        lambda: os.getpid(),
        lambda: time.strftime("%H"),
        lambda: time.strftime("%Y-%m-%d"),
        lambda: time.ctime(),
        lambda: time.localtime().tm_yday,
        lambda: time.gmtime().tm_hour,
        lambda: datetime.date.today(),
        lambda: datetime.datetime.now().hour,
        lambda: datetime.datetime.now(datetime.UTC).date(),
        lambda: Moment.today().minute,
    ],
)
def test_differs(ask: Callable[[], object]) -> None:
    """Whatever is of this process or of this hour is something else there, and the same again afterwards."""
    here = ask()
    with elsewhere(ask):
        there = ask()
    assert there != here


@pytest.mark.parametrize("name", ["time", "monotonic", "perf_counter"])
def test_clocks(name: str) -> None:
    """Each clock is a day and an hour further on."""
    before = getattr(time, name)()
    with elsewhere(test_clocks):
        assert getattr(time, name)() - before >= SECONDS
    assert getattr(time, name)() - before < SECONDS


def test_other_threads_are_told_the_truth() -> None:
    """A notebook's kernel has timers that run meanwhile."""
    pid, seen = os.getpid(), []
    with elsewhere(test_clocks):
        thread = threading.Thread(target=lambda: seen.append((os.getpid(), time.time())))
        thread.start()
        thread.join()
    assert seen[0][0] == pid
    assert seen[0][1] < time.time() + 1


def test_run_ids() -> None:
    """What a module made up when it began is told from a constant that somebody wrote."""
    assert holds_run_id(lambda: RUN, f"{RUN.hex}:4821")
    assert holds_run_id(lambda: [RUN for _ in "a"], f"{RUN.hex}:4821")
    assert not holds_run_id(lambda: PREFIX, f"{PREFIX}:4821")
    assert not holds_run_id(lambda: RUN, "charge:4821")
