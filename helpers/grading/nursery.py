"""The nursery: where the grader's child processes come from, and how far they are kept apart from everything else.

| isolation | a submission sees | where |
|---|---|---|
| `namespaces` | only its own processes and folder, Python's files, and the replay | Linux that allows namespaces |
| `guard` | what its user sees; code beside its own stops what goes past the replay | elsewhere |
"""

import socket
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, Literal

from helpers.errors import CourseError
from helpers.grading.process import READY, YARD, ForkedProcess, Process, SpawnedProcess, command, environment

Isolation = Literal["namespaces", "guard"]

CAN_FORK: Final = sys.platform == "linux"
"""Elsewhere a process that has threads, or that the system's own libraries use, does not survive it."""
ANSWER_LIMIT: Final = 60.0
"""Seconds in which the zygote has imported the SDK, and in which it has started a child."""
_PATIENCE: Final = struct.pack("ll", 5, 0)
"""Seconds, and microseconds, in which a child has to read what it is asked."""


class Nursery:
    """Makes one process after the other, forked from one that has imported the SDK where the system can fork.

    Meant to be kept: the first process takes as long as importing the SDK, the next ones a few milliseconds, which pass
    while the one before is busy. It may not be used by two threads at once. `isolation` is the strongest that it should
    try.
    """

    def __init__(self, isolation: Isolation = "namespaces") -> None:
        self._wanted: Isolation = isolation if CAN_FORK else "guard"
        self.why_not = "this system has no namespaces"
        """Why there is no stronger isolation, where there is none."""
        self._zygote: subprocess.Popen[bytes] | None = None
        self._orders: socket.socket | None = None
        self._ordered: _Order | None = None
        self._folder = TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True)

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end_zygote()
        self._folder.cleanup()

    @property
    def isolation(self) -> Isolation:
        """What keeps the processes apart that are made here."""
        self._prepare()
        return self._wanted

    @property
    def zygote_pid(self) -> int | None:
        """The process that the others are forked from; None before there is one."""
        return None if self._zygote is None else self._zygote.pid

    def start(self, folder: Path) -> Process:
        """A new process. It may write in `folder`, unless it has a place of its own for that.

        Raises `CourseError` when it can't be started.
        """
        if not CAN_FORK:
            return SpawnedProcess(folder)
        self._prepare()
        try:
            return self._next(folder)
        except OSError:
            # Somebody has ended the zygote: nothing is lost with it but the second that the next one takes.
            self._end_zygote()
            self._prepare()
        try:
            return self._next(folder)
        except OSError as error:
            raise CourseError(f"No process can be started to grade in ({error}): try again.") from error

    def _prepare(self) -> None:
        if not CAN_FORK or self._zygote is not None:
            return
        try:
            self._start_zygote()
        except OSError as error:
            self._end_zygote()
            if self._wanted == "guard":
                raise CourseError(f"The process that runs the functions did not start ({error}).") from error
            self._wanted, self.why_not = "guard", str(error)
            self._prepare()

    def _start_zygote(self) -> None:
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            jailed = self._wanted == "namespaces"
            home = YARD if jailed else Path(self._folder.name)
            statement = f"from helpers.grading.zygote import main; main({theirs.fileno()}, {jailed})"
            self._zygote = subprocess.Popen(
                command(statement),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=environment(home),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._orders.settimeout(ANSWER_LIMIT)
        said = self._orders.recv(1_000)
        if said != READY:
            raise OSError(said.decode() or f"it ended with exit code {self._zygote.wait(ANSWER_LIMIT)}")

    def _end_zygote(self) -> None:
        if self._ordered is not None:
            self._ordered.cancel()
        if self._orders is not None:
            self._orders.close()
        if self._zygote is not None:
            self._zygote.kill()
            self._zygote.wait()
        self._orders = self._ordered = self._zygote = None

    def _next(self, folder: Path) -> ForkedProcess:
        """The child that was ordered while the one before it was busy; a new one where there is none."""
        assert self._orders is not None
        order, self._ordered = self._ordered or _Order(self._orders, folder), None
        process = order.process()
        if self._wanted == "namespaces":
            # It writes in no folder of ours, so that it need not be known whose code it will run.
            with suppress(OSError):
                self._ordered = _Order(self._orders, folder)
        return process


class _Order:
    """A child that the zygote has been asked for. Raises `OSError` when it can't be asked."""

    def __init__(self, orders: socket.socket, folder: Path) -> None:
        self._folder = folder
        self._line, their_line = socket.socketpair()
        self._lifeline, their_lifeline = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # Else nobody would hear it when the other side hangs up.
        with their_line, their_lifeline:
            try:
                socket.send_fds(orders, [str(folder).encode()], [their_line.fileno(), their_lifeline.fileno()])
            except OSError:
                self.cancel()
                raise
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _PATIENCE)
        self._lifeline.settimeout(ANSWER_LIMIT)

    def process(self) -> ForkedProcess:
        """The child, once it is there. Raises `OSError` when it does not come."""
        try:
            said, world, _, _ = socket.recv_fds(self._lifeline, 100, 2)
            if said != READY:
                raise OSError("the zygote did not answer")
        except OSError:
            self.cancel()
            raise
        if not world:
            return ForkedProcess(self._line, self._lifeline, self._folder)
        return ForkedProcess(self._line, self._lifeline, YARD, (socket.socket(fileno=world[0]), world[1]))

    def cancel(self) -> None:
        """Nobody needs it any more."""
        self._line.close()
        self._lifeline.close()
