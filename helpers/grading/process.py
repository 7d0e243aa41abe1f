"""A process that answers questions, as the grader sees it: what it is told, what it says, and how it is ended."""

import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Final, Literal, Protocol, cast

from helpers.grading.starter import compiler_command
from helpers.settings import MODEL, inherited

Kind = Literal["python", "typescript", "compiler"]
"""What a process is for: a submission's Python; its TypeScript, with a Node beside it; or the compiler, for all."""
ROOT: Final = Path(__file__).parents[2]
INHERITED: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "WINDIR")
"""What a Python needs to start. An allow-list: a key can never get in by having another name."""
YARD: Final = Path("/yard")
"""Where a submission may write that has a root of its own."""
READY: Final = b"ready"
"""What the zygote says when all went well; else it says what did not."""
LACKING: Final = b"this system has it not: "
"""What it says first where that will never go well on this system."""
END_LIMIT: Final = 1.0
"""Seconds that a process gets to be gone once its line is closed."""
_PATIENCE: Final = struct.pack("ll", 5, 0)
"""Seconds, and microseconds, in which a process has to read what it is asked."""


class Process(Protocol):
    """One process. `questions` and `answers` are the ends of the line to it."""

    questions: BinaryIO
    answers: BinaryIO
    listener: socket.socket | None
    """Where it can reach a server, when it can't reach the grader's own loopback."""
    folder: Path
    """Where it may write, in its own words."""
    folder_here: Path
    """The same folder, for the grader."""

    def has_ended(self) -> bool:
        """Whether it is gone."""

    def exit_code(self) -> int:
        """How it ended, once it has closed its end of the line. It is ended where it only did that."""

    def kill(self) -> None:
        """End it, from any thread, and what it has started."""

    def close(self) -> None:
        """End it, wait for that where it shares anything with what comes next, and let go of everything."""


class SpawnedProcess:
    """A new interpreter, which has to import the SDK first."""

    def __init__(self, folder: Path, kind: Kind = "python", program: Path | None = None) -> None:
        self._command = spawning(kind, program)
        self.listener: socket.socket | None = None
        self.folder = self.folder_here = folder
        self.questions: BinaryIO
        self.answers: BinaryIO
        self._line: socket.socket | None = None
        if sys.platform == "win32":
            # A process there can't have a socket for its stdin; and a pipe can't be shut while somebody else has it.
            self._process = self._started(subprocess.PIPE)
            self.questions = cast("BinaryIO", self._process.stdin)
            self.answers = cast("BinaryIO", self._process.stdout)
            return
        self._line, theirs = new_line()
        with theirs:
            self._process = self._started(theirs.fileno())
        self.questions, self.answers = self._line.makefile("wb"), self._line.makefile("rb")

    def _started(self, line: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command,
            stdin=line,
            stdout=line,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env=environment(self.folder),
            start_new_session=True,
        )

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def exit_code(self) -> int:
        try:
            return self._process.wait(END_LIMIT)
        except subprocess.TimeoutExpired:
            self.kill()
            return self._process.wait()

    def kill(self) -> None:
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self._process.kill()

    def close(self) -> None:
        self.kill()
        self._process.wait()
        if self._line is not None:
            _hang_up(self._line)
        for file in (self.questions, self.answers, self._line):
            if file is not None:
                with contextlib.suppress(OSError):
                    file.close()


class ForkedProcess:
    """A child of the zygote, which says over `lifeline` how the child ended, and ends it when our end is closed."""

    def __init__(
        self, line: socket.socket, lifeline: socket.socket, folder: Path, world: tuple[socket.socket, int] | None = None
    ) -> None:
        self.questions: BinaryIO = line.makefile("wb")
        self.answers: BinaryIO = line.makefile("rb")
        self.listener = world[0] if world else None
        self.folder = folder
        self.folder_here = Path(f"/proc/self/fd/{world[1]}") if world else folder
        self._line = line
        self._lifeline = lifeline
        self._yard = world[1] if world else None
        self._code: int | None = None

    def has_ended(self) -> bool:
        self._read_code(0)
        return self._code is not None

    def exit_code(self) -> int:
        self._read_code(END_LIMIT)
        if self._code is None:
            self.kill()
            self._read_code(END_LIMIT)
        return -signal.SIGKILL if self._code is None else self._code

    def kill(self) -> None:
        with contextlib.suppress(OSError):
            self._lifeline.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.kill()
        if self._yard is None:
            self._read_code(END_LIMIT)  # else it might still write to a folder of ours
        _hang_up(self._line)
        for file in (self.questions, self.answers, self._line, self._lifeline):
            with contextlib.suppress(OSError):
                file.close()
        if self.listener is not None:
            self.listener.close()
        if self._yard is not None:
            os.close(self._yard)
            self._yard = None

    def _read_code(self, seconds: float) -> None:
        if self._code is not None:
            return
        self._lifeline.settimeout(seconds)
        with contextlib.suppress(OSError):
            self._code = int(self._lifeline.recv(16) or -signal.SIGKILL)


def new_line() -> tuple[socket.socket, socket.socket]:
    """A line between the grader and a process: its end first. What is not read in time raises `OSError` there."""
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _PATIENCE)
    return ours, theirs


def _hang_up(line: socket.socket) -> None:
    """End the line, whoever else holds the other end: a process left behind would keep who reads here waiting."""
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def command(statement: str, *arguments: str) -> list[str]:
    """The command line of an interpreter that knows this package, runs `statement` and reads nobody's settings."""
    first = f"import sys; sys.path.insert(0, sys.argv.pop(1)); {statement}"
    return [sys.executable, "-I", "-B", "-X", "utf8", "-c", first, str(ROOT), *arguments]


def order(kind: Kind, program: Path | None, folder: Path) -> bytes:
    """What the zygote is told: what for, where Node is, and where the process may write."""
    return b"\0".join((kind.encode(), os.fsencode(program or ""), os.fsencode(folder)))


def read_order(told: bytes) -> tuple[Kind, str, Path]:
    """What `order` tells."""
    kind, program, folder = told.split(b"\0")
    return cast("Kind", kind.decode()), os.fsdecode(program), Path(os.fsdecode(folder))


def spawning(kind: Kind, program: Path | None) -> list[str]:
    """The command line of a process of this kind, where it is started rather than forked. `program` is Node."""
    if kind == "compiler":
        return compiler_command(str(program))
    module = "child" if kind == "python" else "typescript_child"
    return command(f"from helpers.grading.{module} import main; main()")


def environment(home: Path) -> Mapping[str, str]:
    """The variables of a child: no key, no address, a home of its own."""
    homes = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(home))
    return {**inherited(INHERITED), **homes, "COURSE_MODE": "replay", "COURSE_MODEL": MODEL, "COURSE_SPEED": "0"}
