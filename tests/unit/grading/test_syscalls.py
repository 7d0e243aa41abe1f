"""What the filter answers, for both machines that it is written for; and that the kernel keeps it."""

import errno
import platform
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Final

import pytest

from helpers.grading.nursery import CAN_FORK
from helpers.grading.process import ROOT
from helpers.grading.syscalls import ARCHITECTURES, NEW_NUMBERS, NEWEST, NUMBERS, SAME_PROCESS, check_support, program

PROCESS: Final = 321
LONGEST: Final = 4_096
"""Instructions that the kernel takes."""
OTHERS: Final[Mapping[str, Mapping[str, int]]] = {
    "x86_64": {"read": 0, "mmap": 9, "execve": 59, "futex": 202, "openat": 257, "clone3": 435},
    "aarch64": {"read": 63, "mmap": 222, "execve": 221, "futex": 98, "openat": 56, "clone3": 435},
}
KEPT: Final = """
import os, threading
from helpers.grading.sandbox import give_up_powers

give_up_powers(alone=False)
for act in (os.fork, lambda: os.memfd_create("x"), lambda: os.kill(os.getppid(), 0), lambda: os.kill(os.getpid(), 0)):
    try:
        act()
        print("done")
    except PermissionError:
        print("refused")
one = threading.Thread(target=print, args=["thread"])
one.start()
one.join()
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such sockets")
machines = pytest.mark.parametrize("machine", NUMBERS)


def answered(machine: str, number: int, arguments: Sequence[int] = (), architecture: int = 0) -> int:
    """The error that the filter gives, worked out as the kernel does it; 0 where the call is let through."""
    instructions = list(program(machine, PROCESS))
    given = [*arguments, *[0] * (6 - len(arguments))]
    words = [number, architecture or ARCHITECTURES[machine], 0, 0]
    words += [half for argument in given for half in (argument & 0xFFFF_FFFF, argument >> 32)]
    place = held = 0
    while True:
        code, then, otherwise, value = instructions[place]
        place += 1
        match code:
            case 0x20:
                held = words[value // 4]
            case 0x54:
                held &= value
            case 0x15 | 0x25:
                place += then if (held == value if code == 0x15 else held > value) else otherwise
            case _:
                return 0 if value == 0x7FFF_0000 else value & 0xFFFF


@machines
def test_short(machine: str) -> None:
    """The kernel takes it, and each jump fits."""
    instructions = list(program(machine, PROCESS))
    assert len(instructions) <= LONGEST
    assert all(max(then, otherwise) < 256 for _, then, otherwise, _ in instructions)


@machines
def test_refused(machine: str) -> None:
    """Whatever is listed and does not depend on what it is given."""
    given = {"clone", "kill", "tgkill", "prctl", "fcntl", "mmap", "socket", "socketpair", "setsockopt"}
    assert given <= NUMBERS[machine].keys()
    for name, number in {**NUMBERS[machine], **NEW_NUMBERS}.items():
        if name not in given:
            assert answered(machine, number) == errno.EPERM, name


@machines
def test_let_through(machine: str) -> None:
    """What Python lives on. Threads are made in a way whose flags can be seen."""
    known = {name: answered(machine, number) for name, number in OTHERS[machine].items()}
    assert known == {**dict.fromkeys(known, 0), "clone3": errno.ENOSYS}


@machines
def test_depends(machine: str) -> None:
    """Threads, but no process; signals to oneself; sockets of the internet, with buffers as they are."""
    numbers = NUMBERS[machine]
    let_through = {
        "clone": [[SAME_PROCESS], [SAME_PROCESS | 0x3D0F00]],
        "kill": [[PROCESS, 9]],
        "tgkill": [[PROCESS, 5, 9]],
        "socket": [[socket.AF_INET, 1], [socket.AF_INET6, 1], [16, 3]],
        "socketpair": [[socket.AF_UNIX, 1], [socket.AF_UNIX, 1 | socket.SOCK_CLOEXEC]],
        "prctl": [[1, 9], [38, 1]],
        "fcntl": [[3, 1], [3, 1_030]],
        "mmap": [[0, 9, 3, 0x22], [0, 9, 3, 0x4022], [0, 9, 3, 0x1, 3], [0, 9, 3, 0x3, 3], [0, 9, 3, 0x2, 3]],
        "setsockopt": [[3, 1, 9], [3, 6, 7], [3, 6, 1]],
    }
    refused = {
        "clone": [[17], [0x4000 | 0x100 | 17], [0]],
        "kill": [[PROCESS + 1, 9], [0, 9], [0xFFFF_FFFF, 9], [2**64 - PROCESS, 9]],
        "tgkill": [[1, 1, 9]],
        "socket": [[socket.AF_UNIX, 2], [38, 5], [40, 1]],
        "socketpair": [[socket.AF_UNIX, 2], [socket.AF_UNIX, 2 | socket.SOCK_CLOEXEC]],
        "prctl": [[22, 2], [41, 0]],
        "fcntl": [[3, 1_031]],
        "mmap": [[0, 9, 3, 0x21], [0, 9, 3, 0x4021], [0, 9, 3, 0x40021], [2**40, 9, 3, 0x31], [0, 9, 3, 0x23]],
        "setsockopt": [[3, 1, 7], [3, 1, 8], [3, 1, 60]],
    }
    for name, error in [(name, 0) for name in let_through] + [(name, errno.EPERM) for name in refused]:
        for arguments in (refused if error else let_through)[name]:
            assert answered(machine, numbers[name], arguments) == error, (name, arguments)


@machines
def test_unknown(machine: str) -> None:
    """What was not looked at is not there: newer calls, and those of other tables of the same machine."""
    for number in (NEWEST + 1, 0x4000_0000, 0x4000_0039, 0xFFFF_FFFF):
        assert answered(machine, number) == errno.ENOSYS
    assert answered(machine, 2, architecture=0x4000_0003) == errno.ENOSYS


@pytest.mark.skipif(not CAN_FORK, reason="this system does not fork")
def test_kept() -> None:
    """In a process of this machine, also where nothing else keeps it apart."""
    said = subprocess.run([sys.executable, "-c", KEPT], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    assert said.split() == ["refused", "refused", "refused", "done", "thread"]


def test_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no numbers are known there is no filter, and so no isolation that rests on it."""
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(OSError, match="riscv64") as raised:
        check_support()
    assert raised.value.errno == errno.ENOSYS
