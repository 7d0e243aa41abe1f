"""Workers on this machine: processes that are started once and grade one parcel after another.

Each is an executor with a single process, so that when a process dies it is known which parcel it was working on. That
one is tried again in a new process; the others do not notice. So is one whose process could start none to grade in.

A submission that hangs is waited for, up to its budget of seconds, and takes next to no processor meanwhile: who only
computes is stopped soon (`BUSY` in `helpers.grading.child`). So whoever is at it for long is left to itself, and
another process takes the next one. None of this makes a difference to anybody's verdict.
"""

import contextlib
import math
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from types import TracebackType
from typing import Final, TypeAlias

from helpers.classroom.parcel import Parcel
from helpers.grading.nursery import NotStarted
from helpers.processors import memory_left, own_processor, stay_on

MOST_DEATHS: Final = 3
"""Processes that one submission may take with it. Once may be the machine's fault, or somebody's who ended it."""


LONG: Final = 3.0
"""Seconds after which a submission is one of those that others need not wait for."""
LOOK_AGAIN: Final = 1.0
MOST_LONG: Final = 4
"""Such submissions for each job. Were they all to compute in spite of everything, the others would be five times as
slow, and nothing that is right takes a fifth of its time.
"""
MEMORY_OF_ONE: Final = 2_500_000_000
"""Bytes that have to be there before another submission is begun beside those that are waited for: what one may use at
most, and the processes that grade it.
"""


class Lost(Exception):  # noqa: N818 - a domain word
    """A parcel could not be graded: every process that tried has died."""


Results: TypeAlias = Generator[tuple[Parcel, str | Lost], None, None]


class Desk:
    """One process, or the next one in its place, and the parcel that it works on."""

    def __init__(self, mark: Callable[[str], str], folder: str, processor: int | None) -> None:
        self.parcel: Parcel | None = None
        self._began = 0.0
        self._ready = math.inf
        self._mark = mark
        self._settings = (folder, processor)
        self._deaths = 0
        self._start()

    @property
    def until_long(self) -> float:
        """Seconds until it has been at its parcel for `LONG`; infinite while its process is still being started."""
        return max(self._began, self._ready) + LONG - time.monotonic()

    def begin(self, parcel: Parcel) -> Future[str]:
        """Start on another parcel."""
        self.parcel, self._began, self._deaths = parcel, time.monotonic(), 0
        return self._submit()

    def again(self, why: str) -> Future[str]:
        """Start anew with the same parcel, in another process. Raises `Lost`, and says why, when that was in vain."""
        assert self.parcel is not None
        self._executor.shutdown()
        self._start()
        self._deaths += 1
        if self._deaths >= MOST_DEATHS:
            raise Lost(f"{why} So it was {self._deaths} times in a row.")
        return self._submit()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._process.done() and not self._process.cancelled() and self._process.exception() is None:
            with contextlib.suppress(OSError):  # it has ended
                os.kill(self._process.result(), signal.SIGTERM)
        self._executor.shutdown(cancel_futures=True)

    def _start(self) -> None:
        context = get_context("spawn")
        self._executor = ProcessPoolExecutor(1, mp_context=context, initializer=_settle, initargs=self._settings)
        self._ready = math.inf
        self._process = self._executor.submit(os.getpid)
        self._process.add_done_callback(self._note_ready)

    def _note_ready(self, process: Future[int]) -> None:
        self._ready = time.monotonic()

    def _submit(self) -> Future[str]:
        assert self.parcel is not None
        return self._executor.submit(self._mark, self.parcel.to_json())


class Room:
    """Desks, of which as many are set up as there is work for: `size` of them, and more beside those that take long."""

    def __init__(self, size: int, mark: Callable[[str], str]) -> None:
        self._size = size
        self._mark = mark
        self._desks: list[Desk] = []
        self._free: list[Desk] = []
        # What a process that was ended leaves behind goes with this folder.
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)

    def __enter__(self) -> "Room":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for desk in self._desks:
            desk.close()
        self._folder.cleanup()

    @property
    def is_full(self) -> bool:
        """Whether nobody else is to be begun with, for now."""
        taken = len(self._desks) - len(self._free)
        if taken < self._size:
            return False
        at_work = sum(seconds > 0 for seconds in self._until_long())
        return at_work >= self._size or taken >= self._size * (1 + MOST_LONG) or memory_left() < MEMORY_OF_ONE

    @property
    def until_long(self) -> float | None:
        """Seconds until the next desk may take long. None where all that are in use do."""
        # One whose process is being started is looked at again: nobody knows when that is ready.
        return min((min(left, LOOK_AGAIN) for left in self._until_long() if left > 0), default=None)

    def take(self) -> Desk:
        """A desk that is not in use."""
        if self._free:
            return self._free.pop()
        processor = own_processor(len(self._desks), self._size)
        self._desks.append(Desk(self._mark, self._folder.name, processor))
        return self._desks[-1]

    def give_back(self, desk: Desk) -> None:
        """The parcel on it is finished."""
        self._free.append(desk)

    def _until_long(self) -> list[float]:
        return [desk.until_long for desk in self._desks if desk not in self._free]


def mark_locally(parcels: Iterator[Parcel], jobs: int, mark: Callable[[str], str]) -> Results:
    """Each parcel with what `mark` returned for it, as they become ready.

    No more than `jobs` are graded at once, beside those that take long.
    """
    busy: dict[Future[str], Desk] = {}
    with Room(jobs, mark) as room:
        while True:
            while not room.is_full and (parcel := next(parcels, None)) is not None:
                desk = room.take()
                busy[desk.begin(parcel)] = desk
            if not busy:
                return
            for future in wait(busy, room.until_long, FIRST_COMPLETED).done:
                desk = busy.pop(future)
                result = _result(future, desk)
                if isinstance(result, Future):
                    busy[result] = desk
                    continue
                assert desk.parcel is not None
                finished = desk.parcel
                room.give_back(desk)
                yield finished, result


def _result(future: Future[str], desk: Desk) -> str | Lost | Future[str]:
    """What came of it; where the process died, or could start none of those that it needs, the next attempt."""
    try:
        return future.result()
    except BrokenProcessPool:
        why = "The process that graded it was ended from within or without."
    except NotStarted as error:
        why = str(error)
    try:
        return desk.again(why)
    except Lost as lost:
        return lost


def _settle(folder: str, processor: int | None) -> None:
    """In the new process: leave Ctrl-C to the parent, and end when the parent has ended, however that came."""
    stay_on(processor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = folder
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
