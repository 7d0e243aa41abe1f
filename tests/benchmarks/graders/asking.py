"""The process of a grader, from outside."""

import subprocess
from types import TracebackType

from tests.benchmarks.graders.grader import Grader
from tests.benchmarks.graders.processes.answering import FAILED


class Failed(Exception):  # noqa: N818 - a domain word
    """A submission has no points. The sentence says why."""


class Process:
    """A grader's process, started when it is made, in the grader's folder. What it says on stderr goes to the log."""

    def __init__(self, grader: Grader) -> None:
        self._grader = grader
        self._log = grader.log.open("ab")
        self._process = subprocess.Popen(
            grader.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=grader.folder,
            env=grader.environment,
            text=True,
        )

    def __enter__(self) -> "Process":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Let it end by itself: there are no more questions."""
        self._process.communicate()
        self._log.close()

    @property
    def id(self) -> int:
        """As the operating system numbers it."""
        return self._process.pid

    def points(self, student: str) -> float:
        """The points of one submission. Raises `Failed`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(f"{student}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Failed(f"the process has ended: see {self._grader.log}") from None
        answer = self._process.stdout.readline().strip()
        if answer in ("", FAILED):
            raise Failed(f"{student} was not graded: see {self._grader.log}")
        return float(answer)
