"""Workers on this machine: processes that are started once and grade one parcel after another.

A submission that hangs is waited for, up to its budget of seconds, and takes next to no processor meanwhile: who only
computes is stopped soon (`BUSY` in `helpers.grading.child`). So whoever is at it for long is left to itself, and its
process takes the next one besides. None of this makes a difference to anybody's verdict.

Each process is an executor of its own, so that when one dies the others do not notice. What it had begun is tried again
one parcel at a time, so that it is known which of them it is. So is one whose process could start none to grade in.
"""

import contextlib
import os
import signal
import tempfile
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from statistics import median
from typing import Final, TypeAlias

from helpers.classroom import worker
from helpers.classroom.parcel import Parcel
from helpers.classroom.worker import Finished
from helpers.grading.nursery import NotStarted
from helpers.processors import descriptors, memory_left, own_processor

MOST_DEATHS: Final = 3
"""Processes that one submission may take with it. Once may be the machine's fault, or somebody's who ended it."""
MANY_TIMES: Final = 5
"""As many times what most submissions take is long: the next one need not wait any more."""
LONG: Final = 3.0
"""Seconds that are long in any case, and before it is known what most of them take."""
SHORT: Final = 0.3
"""Seconds that are not."""
MOST_LONG: Final = 8
"""Such submissions for each process. Were they all to compute in spite of everything, the others would be nine times as
slow, and nothing that is right takes a twentieth of its time.
"""
MEMORY_OF_ONE: Final = 2_500_000_000
"""Bytes that have to be there before another submission is begun beside those that are waited for: what one may use at
most, with the processes that grade it, but for what only an attack takes (`helpers.grading.limits`).
"""
DESCRIPTORS_OF_ONE: Final = 100
"""Open files and connections that a process needs for a submission: one may hold 64 connections (`FOR_ONE_CASE`)."""
DESCRIPTORS_OF_A_PROCESS: Final = 100
"""What it has open besides."""
MOST_DESCRIPTORS: Final = (MOST_LONG + 1) * DESCRIPTORS_OF_ONE + DESCRIPTORS_OF_A_PROCESS

ENDED: Final = "The process that graded it was ended from within or without."


class Lost(Exception):  # noqa: N818 - a domain word
    """A parcel could not be graded: every process that tried has died."""


Results: TypeAlias = Generator[tuple[Parcel, str | Lost], None, None]


class Desk:
    """One process, or the next one in its place, and the parcels that it has begun."""

    def __init__(self, mark: Callable[[str], str], folder: str, processor: int | None) -> None:
        self._mark = mark
        self._settings = (folder, processor, MOST_DESCRIPTORS)
        self._begun: dict[str, tuple[Parcel, float]] = {}
        """By name, and when."""
        self._suspects: deque[Parcel] = deque()
        """What has yet to be tried again, alone."""
        self._deaths: dict[str, int] = {}
        """How often a suspect was tried alone in vain."""
        self._took: deque[float] = deque(maxlen=25)
        """Seconds, for the last ones."""
        self._start()

    @property
    def is_free(self) -> bool:
        """Whether another parcel may be begun here now."""
        if not self._begun or self._deaths:
            return not self._deaths
        return len(self._begun) <= _most_long() and memory_left() >= MEMORY_OF_ONE

    @property
    def long(self) -> float:
        """Seconds after which others need not wait for a submission."""
        return min(LONG, max(SHORT, MANY_TIMES * median(self._took))) if self._took else LONG

    def begin(self, parcel: Parcel) -> Future[Finished]:
        """Start on another parcel."""
        self._begun[parcel.name] = parcel, time.monotonic()
        return self._submit(worker.begin, self._mark, parcel.name, parcel.to_json(), self.long)

    def go_on(self) -> Future[Finished] | None:
        """With what is begun; after that with what is to be tried again. None when there is nothing."""
        if self._begun:
            return self._submit(worker.go_on)
        return self.begin(self._suspects.popleft()) if self._suspects else None

    def results(self, future: Future[Finished]) -> Iterator[tuple[Parcel, str | Lost]]:
        """What is finished. What failed is tried again later, or is `Lost` when that was in vain."""
        alone = len(self._begun) == 1
        try:
            finished = future.result()
        except BrokenProcessPool:
            finished = dict.fromkeys(self._begun, NotStarted(ENDED))
        # Nobody else is in this process: the next attempt has another.
        if len(finished) == len(self._begun) and any(isinstance(result, NotStarted) for result in finished.values()):
            self._executor.shutdown()
            self._start()
        for name, result in finished.items():
            parcel, began = self._begun.pop(name)
            found = self._failed(parcel, result, alone=alone) if isinstance(result, NotStarted) else result
            if found is not None:
                self._took.append(time.monotonic() - began)
                self._deaths.pop(name, None)
                yield parcel, found

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._process.done() and not self._process.cancelled() and self._process.exception() is None:
            with contextlib.suppress(OSError):  # it has ended
                os.kill(self._process.result(), signal.SIGTERM)
        self._executor.shutdown(cancel_futures=True)

    def _failed(self, parcel: Parcel, why: NotStarted, *, alone: bool) -> Lost | None:
        """It is tried again, unless that was done often enough."""
        deaths = self._deaths[parcel.name] = self._deaths.get(parcel.name, 0) + alone
        if deaths >= MOST_DEATHS:
            return Lost(f"{why} So it was {deaths} times in a row.")
        self._suspects.insert(0 if alone else len(self._suspects), parcel)
        return None

    def _start(self) -> None:
        context = get_context("spawn")
        self._executor = ProcessPoolExecutor(1, mp_context=context, initializer=worker.settle, initargs=self._settings)
        self._process = self._executor.submit(os.getpid)

    def _submit(self, function: Callable[..., Finished], *arguments: object) -> Future[Finished]:
        try:
            return self._executor.submit(function, *arguments)
        except BrokenProcessPool as error:
            # It was ended while it had nothing to do.
            failed: Future[Finished] = Future()
            failed.set_exception(error)
            return failed


def _most_long() -> int:
    """How many may be waited for beside the one at work: whoever holds all that it may takes none from the others."""
    room = min(MOST_DESCRIPTORS, descriptors()) - DESCRIPTORS_OF_A_PROCESS
    return max(0, int(room / DESCRIPTORS_OF_ONE) - 1)


def mark_locally(parcels: Iterator[Parcel], jobs: int, mark: Callable[[str], str]) -> Results:
    """Each parcel with what `mark` returned for it, as they become ready.

    No more than `jobs` are graded at once, beside those that take long.
    """
    busy: dict[Future[Finished], Desk] = {}
    with contextlib.ExitStack() as room:
        # What a process that was ended leaves behind goes with this folder.
        folder = room.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        for number in range(jobs):
            if (parcel := next(parcels, None)) is not None:
                desk = Desk(mark, folder, own_processor(number, jobs))
                room.callback(desk.close)
                busy[desk.begin(parcel)] = desk
        while busy:
            for future in wait(busy, return_when=FIRST_COMPLETED).done:
                desk = busy.pop(future)
                yield from desk.results(future)
                parcel = next(parcels, None) if desk.is_free else None
                further = desk.go_on() if parcel is None else desk.begin(parcel)
                if further is not None:
                    busy[further] = desk
