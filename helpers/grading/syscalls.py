"""The system calls that a submission is refused, by a filter that the kernel keeps (`man 2 seccomp`).

Each lets memory grow past every limit, reaches another process, or opens a part of the kernel that nobody needs who
calls an API. Nothing in it needs to be root, so that it holds with a guard alone as well. What is refused raises
`PermissionError` in Python, and what is newer than this list is answered as if the kernel did not have it yet.

What works as ever: threads, asyncio, the SDK, SQLite with every journal, temporary files, `exec`. What does not is a
second process: without it, a limit of a process is one of the submission.
"""

import ctypes
import errno
import os
import platform
import socket
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

_Numbers: TypeAlias = Mapping[str, int]

NUMBERS: Final[Mapping[str, _Numbers]] = {
    "x86_64": {
        "fork": 57,
        "vfork": 58,
        "memfd_create": 319,
        "shmget": 29,
        "semget": 64,
        "msgget": 68,
        "mq_open": 240,
        "vmsplice": 278,
        "io_setup": 206,
        "inotify_init": 253,
        "inotify_init1": 294,
        "fanotify_init": 300,
        "userfaultfd": 323,
        "perf_event_open": 298,
        "bpf": 321,
        "add_key": 248,
        "request_key": 249,
        "keyctl": 250,
        "ptrace": 101,
        "process_vm_readv": 310,
        "process_vm_writev": 311,
        "kcmp": 312,
        "migrate_pages": 256,
        "move_pages": 279,
        "tkill": 200,
        "rt_sigqueueinfo": 129,
        "rt_tgsigqueueinfo": 297,
        "unshare": 272,
        "setns": 308,
        "seccomp": 317,
        "bind": 49,
        "listen": 50,
        # Refused by what they are given.
        "clone": 56,
        "kill": 62,
        "tgkill": 234,
        "prctl": 157,
        "fcntl": 72,
        "socket": 41,
        "socketpair": 53,
        "setsockopt": 54,
        "mmap": 9,
    },
    "aarch64": {
        "memfd_create": 279,
        "shmget": 194,
        "semget": 190,
        "msgget": 186,
        "mq_open": 180,
        "vmsplice": 75,
        "io_setup": 0,
        "inotify_init1": 26,
        "fanotify_init": 262,
        "userfaultfd": 282,
        "perf_event_open": 241,
        "bpf": 280,
        "add_key": 217,
        "request_key": 218,
        "keyctl": 219,
        "ptrace": 117,
        "process_vm_readv": 270,
        "process_vm_writev": 271,
        "kcmp": 272,
        "migrate_pages": 238,
        "move_pages": 239,
        "tkill": 130,
        "rt_sigqueueinfo": 138,
        "rt_tgsigqueueinfo": 240,
        "unshare": 97,
        "setns": 268,
        "seccomp": 277,
        "bind": 200,
        "listen": 201,
        "clone": 220,
        "kill": 129,
        "tgkill": 131,
        "prctl": 167,
        "fcntl": 25,
        "socket": 198,
        "socketpair": 199,
        "setsockopt": 208,
        "mmap": 222,
    },
}
NEW_NUMBERS: Final[_Numbers] = {
    "pidfd_send_signal": 424,
    "io_uring_setup": 425,
    "pidfd_open": 434,
    "pidfd_getfd": 438,
    "process_madvise": 440,
    "memfd_secret": 447,
    "process_mrelease": 448,
}
"""The same on every architecture."""
_CLONE3: Final = 435
"""What it is given lies in memory, where a filter can't look. The C library then starts its threads with `clone`."""
NEWEST: Final = 462
"""The last one that was looked at, of Linux 6.10. Above it are those of 32 bits in 64, too."""
ARCHITECTURES: Final = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
"""How the kernel says which table of calls a number is of: a program may use another one."""

SAME_PROCESS: Final = 0x0001_0000
"""The flag of `clone` for a thread."""
FAMILIES: Final = (socket.AF_INET, socket.AF_INET6, 16)
"""Of sockets that may be made. 16, netlink, is how the C library learns which addresses there are."""
BUFFERS: Final = (7, 8, 60)
"""Options of a socket: room to send, room to receive, and no copies."""
_SET_PIPE_SIZE: Final = 1_031
_SHARED_BY_NOBODY: Final = 0x21
"""Flags of `mmap`: memory that is shared, and of no file. All of it is kept as long as one page of it is mapped, and
only what is mapped counts. A process that is alone has nobody to share it with."""
_SET_SECCOMP: Final = 22
_SET_HUGE_PAGES: Final = 41
_GET_SECCOMP: Final = 21
_BY_A_FILTER: Final = 2
_OPTIONS_OF_SOCKETS: Final = 1

_Instruction: TypeAlias = tuple[int, int, int, int]
"""A code, how many instructions to pass over when it holds and when not, and a number."""
_LOAD: Final = 0x20
_MASK: Final = 0x54
_EQUAL: Final = 0x15
_GREATER: Final = 0x25
_ANSWER: Final = 0x06
_NUMBER: Final = 0
_ARCHITECTURE: Final = 4
_ALLOWED: Final = 0x7FFF_0000
_REFUSED: Final = 0x0005_0000


def check_support() -> None:
    """Raises `OSError` where this system keeps no filter, or is of a kind that has no table here."""
    if platform.machine() not in NUMBERS:
        raise OSError(errno.ENOSYS, f"no system calls of {platform.machine()} are known")
    _prctl(_GET_SECCOMP, 0, None)


def refuse_calls() -> None:
    """Refuse them to this process for good, once it may gain no powers any more. Raises `OSError` where that fails.

    Nor does it get huge pages any more: of one that is given back but for a corner, the kernel keeps the whole, and
    counts the corner.
    """
    check_support()
    _prctl(_SET_HUGE_PAGES, 1, None)
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program(platform.machine(), os.getpid()))
    kept = ctypes.create_string_buffer(code, len(code))
    _prctl(_SET_SECCOMP, _BY_A_FILTER, struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(kept)))


def _prctl(what: int, how: int, given: bytes | None) -> None:
    system = ctypes.CDLL(None, use_errno=True)
    if system.prctl(what, how, given, 0, 0) == -1:
        raise OSError(ctypes.get_errno(), f"seccomp: {os.strerror(ctypes.get_errno())}")


def program(machine: str, process: int) -> Iterator[_Instruction]:
    """The filter for a machine, in classic BPF. The one process that may be sent signals is `process`."""
    numbers = {**NUMBERS[machine], **NEW_NUMBERS}
    yield _LOAD, 0, 0, _ARCHITECTURE
    yield from _unless(_EQUAL, ARCHITECTURES[machine], _answer(errno.ENOSYS))
    yield _LOAD, 0, 0, _NUMBER
    yield from _when(_GREATER, NEWEST, _answer(errno.ENOSYS))
    yield from _when(_EQUAL, _CLONE3, _answer(errno.ENOSYS))
    for name, instructions in _conditional(process).items():
        yield from _when(_EQUAL, numbers.pop(name), *instructions)
    for number in numbers.values():
        yield from _when(_EQUAL, number, _answer(errno.EPERM))
    yield _answer(0)


def _conditional(process: int) -> Mapping[str, list[_Instruction]]:
    """What answers the calls that depend on what they are given."""
    refused, allowed = _answer(errno.EPERM), _answer(0)
    return {
        "clone": [*_given(0, [SAME_PROCESS], allowed, mask=SAME_PROCESS), refused],
        "kill": [*_given(0, [process], allowed), refused],
        "tgkill": [*_given(0, [process], allowed), refused],
        "socket": [*_given(0, FAMILIES, allowed), refused],
        "socketpair": [*_given(1, [socket.SOCK_STREAM], allowed, mask=0xF), refused],
        "prctl": [*_given(0, [_SET_SECCOMP, _SET_HUGE_PAGES], refused), allowed],
        "fcntl": [*_given(1, [_SET_PIPE_SIZE], refused), allowed],
        "mmap": [*_given(3, [_SHARED_BY_NOBODY], refused, mask=_SHARED_BY_NOBODY), allowed],
        "setsockopt": [
            (_LOAD, 0, 0, _argument(1)),
            *_unless(_EQUAL, _OPTIONS_OF_SOCKETS, allowed),
            *_given(2, BUFFERS, refused),
            allowed,
        ],
    }


def _given(
    place: int, values: Sequence[int], answer: _Instruction, *, mask: int = 0xFFFF_FFFF
) -> Iterator[_Instruction]:
    """Answer so when the argument in this place, an `int`, is one of the values."""
    yield _LOAD, 0, 0, _argument(place)
    yield _MASK, 0, 0, mask
    for value in values:
        yield from _when(_EQUAL, value, answer)


def _argument(place: int) -> int:
    """Where its lower half is. Both machines have it first."""
    return 16 + 8 * place


def _answer(error: int) -> _Instruction:
    return _ANSWER, 0, 0, _REFUSED | error if error else _ALLOWED


def _when(test: int, number: int, *then: _Instruction) -> list[_Instruction]:
    return [(test, 0, len(then), number), *then]


def _unless(test: int, number: int, *then: _Instruction) -> list[_Instruction]:
    return [(test, len(then), 0, number), *then]
