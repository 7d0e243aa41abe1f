"""Workers on this machine: processes that are started once and grade one parcel after another.

Each is an executor with a single process, so that when a process dies it is known which parcel it was working on. That
one is tried again in a new process; the others do not notice.
"""

import contextlib
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import Final

from helpers.classroom.parcel import Parcel

MOST_DEATHS: Final = 3
"""Processes that one submission may take with it. Once may be the machine's fault, or somebody's who ended it."""


class Lost(Exception):  # noqa: N818 - a domain word
    """A parcel could not be graded: every process that tried has died."""


class Desk:
    """One process, or the next one in its place, and the parcel that it works on."""

    def __init__(self, mark: Callable[[str], str], folder: str) -> None:
        self.parcel: Parcel | None = None
        self._mark = mark
        self._folder = folder
        self._deaths = 0
        self._start()

    def begin(self, parcel: Parcel) -> Future[str]:
        """Start on another parcel."""
        self.parcel, self._deaths = parcel, 0
        return self._submit()

    def again(self) -> Future[str]:
        """Start anew with the same parcel after a death. Raises `Lost` when there were too many."""
        assert self.parcel is not None
        self._executor.shutdown()
        self._start()
        self._deaths += 1
        if self._deaths >= MOST_DEATHS:
            raise Lost(f"The process that graded it was ended from within or without, {self._deaths} times in a row.")
        return self._submit()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._process.done() and not self._process.cancelled() and self._process.exception() is None:
            with contextlib.suppress(OSError):  # it has ended
                os.kill(self._process.result(), signal.SIGTERM)
        self._executor.shutdown(cancel_futures=True)

    def _start(self) -> None:
        context = get_context("spawn")
        self._executor = ProcessPoolExecutor(1, mp_context=context, initializer=_settle, initargs=(self._folder,))
        self._process = self._executor.submit(os.getpid)

    def _submit(self) -> Future[str]:
        assert self.parcel is not None
        return self._executor.submit(self._mark, self.parcel.to_json())


def mark_locally(
    parcels: Iterator[Parcel], jobs: int, mark: Callable[[str], str]
) -> Iterator[tuple[Parcel, str | Lost]]:
    """Each parcel with what `mark` returned for it, as they become ready. No more than `jobs` are held at once."""
    with _desks(jobs, mark) as idle:
        busy: dict[Future[str], Desk] = {}
        while True:
            while idle and (parcel := next(parcels, None)) is not None:
                desk = idle.pop()
                busy[desk.begin(parcel)] = desk
            if not busy:
                return
            for future in wait(busy, return_when=FIRST_COMPLETED).done:
                desk = busy.pop(future)
                assert desk.parcel is not None
                try:
                    result = _result(future, desk)
                except Lost as lost:
                    result = lost
                if isinstance(result, Future):
                    busy[result] = desk
                else:
                    idle.append(desk)
                    yield desk.parcel, result


def _result(future: Future[str], desk: Desk) -> str | Future[str] | Lost:
    try:
        return future.result()
    except BrokenProcessPool:
        return desk.again()


@contextmanager
def _desks(jobs: int, mark: Callable[[str], str]) -> Iterator[list[Desk]]:
    # What a process that was ended leaves behind goes with this folder.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, contextlib.ExitStack() as stack:
        desks: list[Desk] = []
        for _ in range(jobs):
            desks.append(Desk(mark, folder))
            stack.callback(desks[-1].close)
        yield desks


def _settle(folder: str) -> None:
    """In the new process: leave Ctrl-C to the parent, and end when the parent has ended, however that came."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = folder
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
