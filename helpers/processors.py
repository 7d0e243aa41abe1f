"""Processors, memory and descriptors: what of them there is for this process, and how workers share it."""

import math
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path


def usable() -> Sequence[int]:
    """The processors that this process may use, as the operating system numbers them."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return range(os.cpu_count() or 1)


def memory_left() -> float:
    """Bytes of memory that may be used without taking any from somebody else. Infinite where nobody knows."""
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return math.inf


def descriptors() -> float:
    """How many files and connections this process may have open, once `allow_descriptors` has asked for all of them.
    Infinite where nobody knows.
    """
    try:
        import resource
    except ImportError:  # not on Windows
        return math.inf
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return math.inf if most == resource.RLIM_INFINITY else most


def allow_descriptors(wanted: int) -> None:
    """Let this process have as many open, or as near to that as the system allows: on a Mac it is 256 for a start."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        room = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        if now != resource.RLIM_INFINITY and now < room:
            resource.setrlimit(resource.RLIMIT_NOFILE, (room, most))


def own_processor(worker: int, workers: int) -> int | None:
    """The one that a worker should stay on. None where there are more than workers: then the system knows better.

    A grader and the child that it grades wait for each other all the time. On one processor neither has to be woken on
    another one, whose caches know nothing of it; every other worker is then on one of its own, so that none is idle.
    """
    processors = usable()
    return processors[worker % len(processors)] if workers >= len(processors) else None


def stay_on(processor: int | None, process: int = 0) -> None:
    """Keep a process, this one unless it is named, and those that it starts from now on, on one processor.

    It only makes it faster: nothing happens where the system has no such thing, or does not allow it.
    """
    if processor is not None and hasattr(os, "sched_setaffinity"):
        with suppress(OSError):
            os.sched_setaffinity(process, {processor})
