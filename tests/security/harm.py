"""What a submission could have done to the grader's own process, and to the machine: looked at before and after."""

import hashlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from helpers.grading.process import ROOT

PROC: Final = Path("/proc")


@dataclass(frozen=True)
class State:
    """All that must be as before. Two are equal when nothing was harmed."""

    pid: int
    folder: str
    umask: int
    environment: Mapping[str, str]
    handlers: Mapping[int, Any]
    threads: frozenset[str]
    descriptors: Mapping[str, int]
    """How many lead to the same file. Sockets are all alike: those to the next submission are new each time."""
    modules: Mapping[str, int]
    limit: int


def state_of_this_process() -> State:
    """The present state."""
    umask = os.umask(0)
    os.umask(umask)
    return State(
        pid=os.getpid(),
        folder=os.getcwd(),
        umask=umask,
        environment=dict(os.environ),
        handlers={number: signal.getsignal(number) for number in signal.valid_signals()},
        threads=frozenset(thread.name for thread in threading.enumerate()),
        descriptors=Counter(_descriptors()),
        modules={name: id(module) for name, module in sys.modules.items()},
        limit=sys.getrecursionlimit(),
    )


def harm(before: State, after: State) -> list[str]:
    """What differs. That we have imported more of our own modules meanwhile is no harm."""
    found = [name for name in State.__dataclass_fields__ if getattr(before, name) != getattr(after, name)]
    replaced = [name for name, module in before.modules.items() if after.modules.get(name) != module]
    if not replaced and "submission" not in after.modules:
        found = [name for name in found if name != "modules"]
    return [f"{name}: {getattr(before, name)} → {getattr(after, name)}" for name in found]


def _descriptors() -> Iterator[str]:
    for name in os.listdir("/proc/self/fd") if PROC.is_dir() else ():
        try:
            yield os.readlink(f"/proc/self/fd/{name}").partition(":[")[0]
        except OSError:
            continue  # the one that the list was read with


def family_of(pid: int) -> set[int]:
    """The processes that `pid` has started, directly or not, and that still live."""
    parents = dict(_parents())
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return family - {pid}


def outliving(pid: int, most: int, seconds: float = 10.0) -> set[int]:
    """The family of `pid`, once it has no more than `most` members or so many seconds have passed."""
    end = time.monotonic() + seconds
    while len(family := family_of(pid)) > most and (left := end - time.monotonic()) > 0:
        _wait_for_one(family, left)
    return family


def _wait_for_one(pids: set[int], seconds: float) -> None:
    with ExitStack() as stack:
        processes = []
        for pid in pids:
            with suppress(ProcessLookupError):
                processes.append(os.pidfd_open(pid))
                stack.callback(os.close, processes[-1])
        if len(processes) == len(pids):
            select.select(processes, [], [], seconds)


def _parents() -> Iterator[tuple[int, int]]:
    for folder in PROC.glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue  # it has ended meanwhile
        if state != "Z":
            yield int(folder.name), int(parent)


def working_tree() -> Mapping[str, str]:
    """What every file of the course that git knows holds, and git's own hooks and settings."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    names = [*listed.decode().strip("\0").split("\0"), ".git/HEAD", ".git/config"]
    names += [str(path.relative_to(ROOT)) for path in (ROOT / ".git/hooks").glob("*")]
    return {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in names if (ROOT / name).is_file()}
