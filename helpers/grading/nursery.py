"""The nursery: where the grader's child processes come from, and how far they are kept apart from everything else.

| isolation | a submission sees | where |
|---|---|---|
| `namespaces` | only its own processes and folder, Python's files, and the replay | Linux that allows namespaces |
| `guard` | what its user sees; code beside its own stops what goes past the replay | elsewhere |

Isolation never falls: whether a system has namespaces is known once the first process is there, or is not because they
are lacking. Any other error, then or later, is one of a machine that is busy, and nothing is graded because of it.
"""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, Literal

from helpers.errors import CourseError
from helpers.grading.compiling import Compiler
from helpers.grading.process import (
    END_LIMIT,
    LACKING,
    READY,
    YARD,
    ForkedProcess,
    Kind,
    Process,
    SpawnedProcess,
    command,
    environment,
    new_line,
    order,
)
from helpers.typescript.node import node

Isolation = Literal["namespaces", "guard"]

CAN_FORK: Final = sys.platform == "linux"
"""Elsewhere a process that has threads, or that the system's own libraries use, does not survive it."""
ANSWER_LIMIT: Final = 60.0
"""Seconds in which the zygote has imported the SDK, and in which it has started a child."""


class NoNamespaces(CourseError):  # noqa: N818 - a domain word
    """This system has none, and they are demanded."""


class NotStarted(CourseError):  # noqa: N818 - a domain word
    """A process could not be started as those before it, or not for now. It may be elsewhere, or later."""


class Nursery:
    """Makes one process after the other, forked from one that has imported the SDK where the system can fork.

    Meant to be kept: the first process takes as long as importing the SDK, the next ones a few milliseconds, which pass
    while the one before is busy. `demanded` is the isolation that there has to be; by default it is the strongest that
    the system has. Several threads may grade with one at once, each within `lent`.
    """

    def __init__(self, demanded: Isolation | None = None) -> None:
        self._demanded = demanded
        self._known: Isolation | None = "guard" if demanded == "guard" else None
        """What the system was found to have: it is never less later."""
        self.why_not = ""
        """Why there is no stronger isolation, where there is none."""
        self._zygote: subprocess.Popen[bytes] | None = None
        self._orders: socket.socket | None = None
        self._ordered: _Order | None = None
        self._folder = TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True)
        self._compilers: list[Compiler] = []
        self._thread = threading.local()
        self._lock = threading.RLock()
        self._lent = 0

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for compiler in self._compilers:
            compiler.end()
        self._end_zygote()
        self._folder.cleanup()

    @contextmanager
    def lent(self) -> Iterator["Nursery"]:
        """For as long as somebody grades with it: what the others have is not ended because one can get no more."""
        with self._lock:
            self._lent += 1
        try:
            yield self
        finally:
            with self._lock:
                self._lent -= 1

    @property
    def isolation(self) -> Isolation:
        """What keeps the processes apart that are made here. Raises `CourseError` when none can be started."""
        with self._lock:
            self._prepare()
        assert self._known is not None
        return self._known

    @property
    def compiler(self) -> Compiler:
        """The one of TypeScript for this thread, who would wait for another's: it is kept for its next submission."""
        if not hasattr(self._thread, "compiler"):
            self._thread.compiler = Compiler(self.start)
            self._compilers.append(self._thread.compiler)
        compiler: Compiler = self._thread.compiler
        return compiler

    @property
    def zygote_pid(self) -> int | None:
        """The process that the others are forked from; None before there is one."""
        return None if self._zygote is None else self._zygote.pid

    def start(self, folder: Path, kind: Kind = "python") -> Process:
        """A new process of this kind. It may write in `folder`, unless it has a place of its own for that.

        Raises `NoNamespaces` when what is demanded can't be had, and `NotStarted` when it can't be started.
        """
        with self._lock:
            self._prepare()
            try:
                return self._next(folder, kind)
            except OSError as error:
                if self._lent > 1:
                    raise _not_started(error) from error
                # Somebody has ended the zygote: nothing is lost with it but the second that the next one takes.
                self._end_zygote()
                self._prepare()
            try:
                return self._next(folder, kind)
            except OSError as error:
                raise _not_started(error) from error

    def _prepare(self) -> None:
        """Have the process that others are forked from, where the system can fork, and know what keeps them apart."""
        if not CAN_FORK:
            self._do_without("this system has no namespaces")
        elif self._zygote is None:
            try:
                self._start_zygote()
            except _Lacking as error:
                self._end_zygote()
                self._do_without(str(error))
                self._prepare()
            except OSError as error:
                self._end_zygote()
                raise _not_started(error) from error

    def _do_without(self, why: str) -> None:
        """Go on without namespaces, where that is allowed and there never were any."""
        if self._demanded == "namespaces":
            raise NoNamespaces(
                f"Namespaces cannot be had here ({why}), and without them a submission runs as your own user: grade on "
                "Linux where they are allowed, or ask for `--isolation guard` if you trust everybody whose work it is."
            )
        if self._known == "namespaces":
            raise _not_started(OSError(why))
        self._known, self.why_not = "guard", self.why_not or why

    def _start_zygote(self) -> None:
        """Raises `_Lacking` where this system has no namespaces, and another `OSError` where it does not start."""
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            jailed = self._known != "guard"
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
        if said.startswith(LACKING):
            raise _Lacking(said.removeprefix(LACKING).decode())
        if said != READY:
            raise OSError(said.decode() or _end_of(self._zygote))
        self._known = "namespaces" if jailed else "guard"

    def _end_zygote(self) -> None:
        if self._ordered is not None:
            self._ordered.cancel()
        if self._orders is not None:
            self._orders.close()
        if self._zygote is not None:
            self._zygote.kill()
            self._zygote.wait()
        self._orders = self._ordered = self._zygote = None

    def _next(self, folder: Path, kind: Kind) -> Process:
        """The child that was ordered while the one before it was busy; a new one where there is none."""
        program = None if kind == "python" else node()
        if not CAN_FORK:
            return SpawnedProcess(folder, kind, program)
        assert self._orders is not None
        if self._zygote is not None and self._zygote.poll() is not None:
            raise OSError("the zygote has ended")  # the child that was ordered of it is ended with it
        if kind != "python":
            return _Order(self._orders, folder, kind, program).process()
        ordered, self._ordered = self._ordered or _Order(self._orders, folder), None
        process = ordered.process()
        if self._known == "namespaces":
            # It writes in no folder of ours, so that it need not be known whose code it will run.
            with suppress(OSError):
                self._ordered = _Order(self._orders, folder)
        return process


class _Order:
    """A child that the zygote has been asked for. Raises `OSError` when it can't be asked."""

    def __init__(self, orders: socket.socket, folder: Path, kind: Kind = "python", program: Path | None = None) -> None:
        self._folder = folder
        self._line, their_line = new_line()
        self._lifeline, their_lifeline = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # Else nobody would hear it when the other side hangs up.
        with their_line, their_lifeline:
            try:
                socket.send_fds(orders, [order(kind, program, folder)], [their_line.fileno(), their_lifeline.fileno()])
            except OSError:
                self.cancel()
                raise
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


class _Lacking(OSError):  # noqa: N818 - a domain word
    """This system will never have it."""


def _end_of(zygote: subprocess.Popen[bytes]) -> str:
    """How it ended that has hung up. Raises `_Lacking` where the system ends who asks for namespaces."""
    try:
        code = zygote.wait(END_LIMIT)
    except subprocess.TimeoutExpired:
        return "it does not answer"
    if sys.platform != "win32" and code == -signal.SIGSYS:
        raise _Lacking("who asks for them is ended")
    return f"it ended with exit code {code}"


def _not_started(error: OSError) -> NotStarted:
    return NotStarted(
        f"No process could be started to grade in ({error}), and nothing is graded in one that is kept apart less: "
        "let the machine do less, then try again."
    )
