"""Workers stay on a processor each where they use them all, and nowhere else; and have the descriptors they may."""

import math
import os
import subprocess
import sys

import pytest

from helpers import processors
from helpers.processors import descriptors, own_processor, stay_on, usable


@pytest.mark.parametrize(
    ("worker", "workers", "expected"),
    [(0, 2, 4), (1, 2, 6), (2, 3, 4), (0, 1, None)],
    ids=["first", "second", "more workers than processors", "fewer"],
)
def test_own_processor(monkeypatch: pytest.MonkeyPatch, worker: int, workers: int, expected: int | None) -> None:
    """They are shared out in turn, as far as this process may use them."""
    monkeypatch.setattr(processors, "usable", lambda: [4, 6])
    assert own_processor(worker, workers) == expected


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system has no such call")
def test_stay_on() -> None:
    """What is asked of the system is done; where nothing is asked, nothing is."""
    before = usable()
    try:
        stay_on(None)
        assert usable() == before
        stay_on(before[-1])
        assert usable() == [before[-1]]
    finally:
        os.sched_setaffinity(0, before)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system has no such call")
def test_not_allowed() -> None:
    """A processor that there is not costs nobody the work."""
    before = usable()
    stay_on(1_000)
    assert usable() == before


ALLOWED = """
import resource
from helpers.processors import allow_descriptors, descriptors

resource.setrlimit(resource.RLIMIT_NOFILE, (64, 200))
for wanted in (100, 50, 1_000):
    allow_descriptors(wanted)
    print(*resource.getrlimit(resource.RLIMIT_NOFILE), descriptors())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no such limit")
def test_descriptors() -> None:
    """A process may have as many as it asks for, as far as its system allows; never fewer than before."""
    done = subprocess.run([sys.executable, "-c", ALLOWED], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["100 200 200", "100 200 200", "200 200 200"]
    assert 0 < descriptors() <= math.inf
