"""How much of the machine a submission may use: every number, in one place.

Limits of the system hold for each process. They add up to a limit for the submission because it is a single process
(`syscalls.py` refuses it a second one, and whatever else keeps memory that is nobody's):

| what | most | held by |
|---|---|---|
| memory that is mapped: heap, stacks, what is shared | 2 GB | `RLIMIT_AS` |
| its folder, which is in memory | 64 MB, 4,096 files | the options of its mount |
| what waits in pipes and sockets | 256 times 0.25 MB | `RLIMIT_NOFILE`, and no larger buffers |
| threads | 64 | `RLIMIT_NPROC`, in a user namespace |

That is 2.2 GB for each submission that is being graded, so many of which there are as `--jobs`; and as many more as
others are waited for (`helpers.classroom.local`), where the system has memory for them by then. Who is waited for may
take its own later: when the system has none left, it ends one of these processes, the largest, and none of anybody
else's (`be_ended_first`). That submission is then said to have been ended; the others go on.

What is not counted are the books that the kernel keeps: page tables (4 MB for 2 GB; 0.5 GB where each page is far from
the next, and no more, for there are 65,530 mappings), open files, and locks on parts of files (216 bytes each; the
more there are, the longer each takes, so that in 90 seconds nobody gets far beyond 0.5 GB). A cgroup would count them,
but needs a right that neither a user, a container nor a CI server has as a rule. Who has it puts the whole class into
one: `systemd-run --scope -p MemoryMax=8G -p OOMPolicy=continue course grade-class …`.

With a guard alone the folder is an ordinary one: each file is held to 32 MB, and their number is not; and what is
mapped of `/dev/zero` counts for as long as it is mapped, and is kept for longer. Where the system
is not Linux, nothing keeps a submission from more processes, each with limits of its own as far as there are any.

Where a function is TypeScript, one Node runs beside the process that calls it, in which no code of the submission does:
`NODE` is less than Python's, and the two together are held to about the same. V8 maps far more than it uses. The
compiler serves one submission after the other and runs nothing of theirs: who waits for it ends it.
"""

import resource
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

MEGABYTE: Final = 2**20
LIMITS: Final[Mapping[str, int]] = {
    "RLIMIT_AS": 2_048 * MEGABYTE,
    "RLIMIT_CPU": 120,
    "RLIMIT_FSIZE": 32 * MEGABYTE,
    "RLIMIT_NOFILE": 256,
    "RLIMIT_CORE": 0,
    "RLIMIT_MEMLOCK": 0,
    "RLIMIT_MSGQUEUE": 0,
    "RLIMIT_SIGPENDING": 256,
}
"""Bytes, seconds, or how many. Not every system has them all."""
NODE: Final = {**LIMITS, "RLIMIT_AS": 1_536 * MEGABYTE}
COMPILER: Final = {name: most for name, most in NODE.items() if name != "RLIMIT_CPU"}
MOST_THREADS: Final = 64
"""Only where a submission is alone: the system counts those of a user, not of a submission."""
YARD_OPTIONS: Final = "size=64m,nr_inodes=4096,mode=700"
BUFFERS: Final = {"tcp_rmem": "4096 131072 262144", "tcp_wmem": "4096 16384 262144"}
"""Bytes of a connection: at least, at first and at most."""

_FIRST_OF_ALL: Final = "1000"


def be_ended_first() -> None:
    """Have the system end this process, or one that it starts, before any other of the machine where memory runs out.

    Nothing happens where the system has no such thing.
    """
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_OF_ALL, "ascii")


def set_limits(limits: Mapping[str, int] = LIMITS, *, alone: bool) -> None:
    """Hold this process, and what it starts, to `limits` for good. `alone`: it has a user namespace of its own.

    What is not alone is held as far as the system can.
    """
    for name, most in limits.items():
        try:
            _limit(getattr(resource, name), most)
        except (AttributeError, OSError, ValueError):
            if alone:
                raise
    if alone:
        _limit(resource.RLIMIT_NPROC, MOST_THREADS)


def _limit(limit: int, most: int) -> None:
    hard = resource.getrlimit(limit)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(limit, (most, most))
