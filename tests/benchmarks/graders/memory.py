"""The memory of a process and of all that it has started, sampled while they work."""

import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Final

import psutil

INTERVAL: Final = 0.2
"""Seconds. A sample costs a millisecond or so for each process, which the graders on the same machine lose."""


class Watch:
    """Samples how much memory these processes and all below them take together, in bytes.

    Pages that forks share are counted once (Linux's PSS); elsewhere they are counted for each process.
    """

    def __init__(self, roots: Iterable[int]) -> None:
        self._roots = [psutil.Process(root) for root in roots]
        self._peak = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()

    def take_peak(self) -> int:
        """The most since this was last asked, and now."""
        peak, self._peak = max(self._peak, self._now()), 0
        return peak

    def _sample(self) -> None:
        while not self._stopping.wait(INTERVAL):
            self._peak = max(self._peak, self._now())

    def _now(self) -> int:
        return sum(_size(process) for root in self._roots for process in _family(root))


def _family(root: psutil.Process) -> list[psutil.Process]:
    try:
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []


def _size(process: psutil.Process) -> int:
    """The memory of one process; none when it has ended since it was found."""
    try:
        memory = process.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(memory, "pss", memory.rss))
