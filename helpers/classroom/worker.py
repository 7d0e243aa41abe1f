"""In a worker process: the parcels that it has begun, each in a thread of its own, and what came of them.

A thread that waits for a submission which hangs takes no processor, so the process goes on with the next one meanwhile.
"""

import os
import signal
import tempfile
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from multiprocessing import parent_process
from typing import Final, TypeAlias

from helpers.grading.nursery import NotStarted
from helpers.processors import allow_descriptors, stay_on

Finished: TypeAlias = Mapping[str, str | NotStarted]
"""By the name of the submission: what `mark` returned, or why its process could start none to grade in."""

_begun: Final[dict[Future[str], str]] = {}
_threads: Final = ThreadPoolExecutor(1_000)  # as many as there is work for


def settle(folder: str, processor: int | None, descriptors: int) -> None:
    """Leave Ctrl-C to the parent, and end when the parent has ended, however that came. Have room for `descriptors`."""
    stay_on(processor)
    allow_descriptors(descriptors)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = folder
    threading.Thread(target=_follow_parent, daemon=True).start()


def begin(mark: Callable[[str], str], name: str, text: str, seconds: float) -> Finished:
    """Grade a parcel, for so many seconds at most; then it goes on by itself. Returns all that are finished."""
    future = _threads.submit(mark, text)
    _begun[future] = name
    wait([future], seconds)
    return _finished()


def go_on() -> Finished:
    """Wait until one is finished, or several."""
    wait(_begun, return_when=FIRST_COMPLETED)
    return _finished()


def _finished() -> Finished:
    """Raises what `mark` has raised: but for `NotStarted` that is no matter of one submission."""
    return {_begun.pop(future): _result(future) for future in list(_begun) if future.done()}


def _result(future: Future[str]) -> str | NotStarted:
    try:
        return future.result()
    except NotStarted as error:
        return error


def _follow_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
