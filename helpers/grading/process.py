"""The child process as the grader sees it: started with next to nothing, asked one thing at a time, ended at will."""

import contextlib
import os
import queue
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TypeVar

from helpers.errors import CourseError
from helpers.grading.messages import LONGEST_ANSWER, BadAnswer, Contents, Problem, read_answer, read_contents, to_line
from helpers.settings import MODEL, inherited

Answer = TypeVar("Answer")

START_LIMIT: Final = 60.0
"""Seconds that a process gets to import the SDK, on the slowest machine."""
ROOT: Final = Path(__file__).parents[2]
_BOOTSTRAP: Final = "import sys; sys.path.insert(0, sys.argv.pop()); from helpers.grading.child import main; main()"

INHERITED: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "WINDIR")
"""What a Python needs to start. An allow-list: a key can never get in by having another name."""


class Ended(Exception):  # noqa: N818 - a domain word
    """The child did not answer. The sentence says why."""


class OverBudget(Ended):
    """It sent more requests than anybody should."""


class Child:
    """A process with the submission's code. It is started when it is first asked, and again after it was ended."""

    def __init__(self, files: list[dict[str, Any]], folder: Path) -> None:
        self.contents = Contents([], [])
        """What it said about the files when it was last started."""
        self._files = files
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes] = queue.Queue()
        self._over_budget = False

    def __enter__(self) -> "Child":
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.end()

    def ask(self, question: Mapping[str, Any], read: Callable[[Any], Answer], seconds: float) -> Answer:
        """The answer to `question`, as `read` reads it. Raises `Ended` when there is none within `seconds`."""
        if self._over_budget or (self._process is not None and self._process.poll() is not None):
            self.end()  # after its last answer
        self._over_budget = False
        if self._process is None:
            self._start()
        return self._ask(question, read, seconds)

    def exhaust(self) -> None:
        """End the process from another thread: it has sent too many requests."""
        self._over_budget = True
        if self._process is not None:
            _kill(self._process)

    def end(self) -> None:
        """End the process and whatever it started in its group."""
        process, self._process = self._process, None
        if process is None:
            return
        _kill(process)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()

    def _start(self) -> None:
        self._answers = queue.Queue()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", _BOOTSTRAP, str(ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            env=environment(self._folder),
            start_new_session=True,
        )
        threading.Thread(target=_listen, args=(self._process, self._answers), daemon=True).start()
        try:
            self.contents = self._ask({"do": "read", "files": self._files}, read_contents, START_LIMIT)
        except Ended as error:
            raise CourseError(f"The process that runs the functions {error}: run `make install`.") from error

    def _ask(self, question: Mapping[str, Any], read: Callable[[Any], Answer], seconds: float) -> Answer:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        identifier = secrets.token_hex(16)
        try:
            with contextlib.suppress(OSError):  # it has ended: the answer says so
                process.stdin.write(to_line({"id": identifier, **question}))
                process.stdin.flush()
            return read(read_answer(self._next_line(process, seconds), identifier))
        except BadAnswer as error:
            self.end()
            raise Ended(f"wrote where only the grader writes: {error}") from error
        except Problem as error:
            raise Ended(f"returned what cannot be read: {error}") from error
        except Ended:
            self.end()
            raise

    def _next_line(self, process: subprocess.Popen[bytes], seconds: float) -> bytes:
        try:
            line = self._answers.get(timeout=seconds)
        except queue.Empty:
            raise Ended(f"was still running after {seconds:g} seconds and was stopped") from None
        if self._over_budget:
            raise OverBudget
        if not line:
            raise Ended(f"ended the process that it runs in (exit code {_exit_code(process)})")
        if not line.endswith(b"\n"):
            raise BadAnswer(f"the answer is longer than {LONGEST_ANSWER:,} bytes")
        return line


def environment(folder: Path) -> dict[str, str]:
    """The variables of the child: no key, no address, a home of its own."""
    homes = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(folder))
    return {**inherited(INHERITED), **homes, "COURSE_MODE": "replay", "COURSE_MODEL": MODEL, "COURSE_SPEED": "0"}


def _listen(process: subprocess.Popen[bytes], answers: queue.Queue[bytes]) -> None:
    """Hand on each line, and an empty one at the end. Of a line that is too long, no more than is needed to see it."""
    assert process.stdout is not None
    line = b""
    with contextlib.suppress(OSError, ValueError):
        while line := process.stdout.readline(LONGEST_ANSWER + 1):
            answers.put(line)
            if not line.endswith(b"\n"):
                return
    answers.put(line)


def _exit_code(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(1)
    except subprocess.TimeoutExpired:
        _kill(process)  # it has only closed its end of the pipe
        return process.wait()


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        process.kill()
