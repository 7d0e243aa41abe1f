"""The dialogue with the learner's code: one question at a time, to a process that is ended when it gives no answer."""

import contextlib
import queue
import secrets
import signal
import sys
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Final, TypeVar

from helpers.errors import CourseError
from helpers.grading.answers import Answers
from helpers.grading.budget import Budget, UsedUp
from helpers.grading.extent import weight
from helpers.grading.messages import LONGEST_ANSWER, BadAnswer, Contents, Problem, read_answer, read_contents, to_line
from helpers.grading.process import Process

Answer = TypeVar("Answer")

START_LIMIT: Final = 60.0
"""Seconds that a process gets to import the SDK, on the slowest machine."""
UNREADABLE: Final = (
    "Its cells are not read in the time that a submission has: take out what is no Python. Where that is so with every "
    "submission, run `make install`."
)


class Ended(Exception):  # noqa: N818 - a domain word
    """The child did not answer. The sentence says why."""


class Overdue(Ended):
    """It was still running when its time was over."""


class OverBudget(Ended):
    """It wanted more of the server than there is for it. The server knows what was too much."""


class Dialogue:
    """Asks a process with the submission's code, which `start` makes: at first, and again after one was ended.

    What a new process needs to read the submission is of its `budget`. Where that is used up, `UsedUp` is raised.
    """

    def __init__(self, files: list[dict[str, Any]], start: Callable[[], Process], budget: Budget | None = None) -> None:
        self.contents = Contents([], [], [], [])
        """What it said about the files when it was last started."""
        self.weight = 0
        """About how many bytes all answers take that were read."""
        self._files = files
        self._make = start
        self._budget = budget or Budget()
        self._process: Process | None = None
        self._answers: Answers | None = None
        self._over_budget = False

    def __enter__(self) -> "Dialogue":
        try:
            self._start()
        except UsedUp as error:
            raise CourseError(UNREADABLE) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.end()

    @property
    def process(self) -> Process:
        """The process that the next question goes to."""
        if self._over_budget or (self._process is not None and self._process.has_ended()):
            self.end()  # after its last answer
        self._over_budget = False
        if self._process is None:
            self._start()
        assert self._process is not None
        return self._process

    def ask(self, question: Mapping[str, Any], read: Callable[[Any], Answer], seconds: float) -> Answer:
        """The answer to `question`, as `read` reads it. Raises `Ended` when there is none within `seconds`."""
        return self._ask(self.process, question, read, seconds)

    def exhaust(self) -> None:
        """End the process from another thread: it has had more of the server than there is for it."""
        self._over_budget = True
        if self._process is not None:
            self._process.kill()

    def end(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        answers, self._answers = self._answers, None
        if process is not None:
            process.close()
        if answers is not None:
            answers.close()

    def _start(self) -> None:
        self._process = self._make()
        self._answers = Answers(self._process)
        seconds = self._budget.grant(START_LIMIT)
        try:
            question = {"do": "read", "files": self._files}
            self.contents = self._ask(self._process, question, read_contents, seconds)
        except Overdue as error:
            raise UsedUp from error
        except Ended as error:
            raise CourseError(f"The process that runs the functions {error}: run `make install`.") from error

    def _ask(
        self, process: Process, question: Mapping[str, Any], read: Callable[[Any], Answer], seconds: float
    ) -> Answer:
        identifier = secrets.token_hex(16)
        try:
            with contextlib.suppress(OSError):  # it has ended: the answer says so
                process.questions.write(to_line({"id": identifier, **question}))
                process.questions.flush()
            return read(read_answer(self._next_line(process, seconds), identifier))
        except BadAnswer as error:
            self.end()
            raise Ended(f"wrote where only the grader writes: {error}") from error
        except Problem as error:
            raise Ended(f"returned what cannot be read: {error}") from error
        except Ended:
            self.end()
            raise

    def _next_line(self, process: Process, seconds: float) -> bytes:
        assert self._answers is not None
        try:
            line = self._answers.next(seconds)
        except queue.Empty:
            raise Overdue(f"was still running after {seconds:g} seconds and was stopped") from None
        if self._over_budget:
            raise OverBudget("wanted more of the server than there is for it")
        if not line:
            raise Ended(_how_it_ended(process.exit_code()))
        if not line.endswith(b"\n"):
            raise BadAnswer(f"the answer is longer than {LONGEST_ANSWER:,} bytes")
        self.weight += weight(line)
        return line


def _how_it_ended(exit_code: int) -> str:
    if sys.platform != "win32" and abs(exit_code) == signal.SIGPROF:
        return "computed for so long that its process was ended, and did not come back to be stopped"
    return f"ended the process that it runs in (exit code {exit_code})"
