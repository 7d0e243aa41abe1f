"""The compiler of a class: one process, kept warm for one submission after the other, and kept apart as they are.

It runs nothing of a submission. Yet what it reads are files, by whatever name a cell imports, and it can be kept busy:
so it sees what a submission sees, and is ended where it does not answer in time.
"""

import contextlib
import json
import queue
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from helpers.grading.answers import Answers
from helpers.grading.budget import Budget, UsedUp
from helpers.grading.messages import LONGEST_ANSWER, to_line
from helpers.grading.process import Kind, Process
from helpers.typescript import node

COMPILE_LIMIT: Final = 20.0
"""Seconds for a cell."""
START_LIMIT: Final = 60.0
"""Seconds in which TypeScript and the types of the SDK are loaded, on the slowest machine."""
FIRST: Final = 'import Anthropic from "@anthropic-ai/sdk";\nexport const first = new Anthropic();\n'
MOST_CHARACTERS: Final = 100_000
"""Of one cell."""
NOT_HERE: Final = "Node does not start where submissions are graded"

File = dict[str, Any]


class Compiler:
    """Compiles the cells of submissions, in a process that `start` makes when it is first needed."""

    def __init__(self, start: Callable[[Path, Kind], Process]) -> None:
        self._start = start
        self._process: Process | None = None
        self._answers: Answers | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self._why_not: str | None = None

    def why_not(self) -> str | None:
        """Why nothing of TypeScript can be graded here, in one sentence; None where it can."""
        self._why_not = self._why_not or node.problem()
        if self._why_not is None and self._process is None:
            with contextlib.suppress(_NoAnswer):
                self._begin()
                return None
            self._why_not = f"{NOT_HERE}: {node.MEND}, and see what `course doctor` says."
        return self._why_not

    def compile(self, files: Sequence[Sequence[tuple[str, str]]], budget: Budget) -> list[File]:
        """Each file's cells, which are names and sources, with what the compiler says of them, for the child."""
        return [self._file(cells, budget) for cells in files]

    def end(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        answers, self._answers = self._answers, None
        if process is not None:
            process.close()
        if answers is not None:
            answers.close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _file(self, cells: Sequence[tuple[str, str]], budget: Budget) -> File:
        if cells:
            with contextlib.suppress(_NoAnswer, UsedUp):
                # Nobody is told the types of another file, or finds their own in its place.
                self._ask({"fresh": True}, budget.grant(COMPILE_LIMIT))
        return {"cells": [self._cell(name, source, budget) for name, source in cells]}

    def _cell(self, name: str, source: str, budget: Budget) -> dict[str, Any]:
        if len(source) > MOST_CHARACTERS:
            said = f"the cell has more than {MOST_CHARACTERS:,} characters, and the compiler was not asked"
            return {"name": name, "source": "", "answer": _refused(said)}
        try:
            answer = self._ask({"name": name, "source": source}, budget.grant(COMPILE_LIMIT))
        except UsedUp:
            answer = _refused("the time of this submission was used up before the compiler had read the cell")
        except _NoAnswer as error:
            answer = _refused(f"the compiler {error}")
        return {"name": name, "source": source, "answer": answer}

    def _ask(self, question: dict[str, Any], seconds: float) -> dict[str, Any]:
        if self._process is None:
            self._begin()
        return self._answer(question, seconds)

    def _begin(self) -> None:
        """Have a process that has loaded what every cell needs: that is no time of any submission's."""
        self._folder = TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True)
        self._process = self._start(Path(self._folder.name), "compiler")
        self._answers = Answers(self._process)
        self._answer({"name": "first", "source": FIRST}, START_LIMIT)

    def _answer(self, question: dict[str, Any], seconds: float) -> dict[str, Any]:
        assert self._process is not None
        assert self._answers is not None
        try:
            with contextlib.suppress(OSError):
                self._process.questions.write(to_line(question))
                self._process.questions.flush()
            line = self._answers.next(seconds)
        except queue.Empty:
            self.end()
            raise _NoAnswer(f"came to no end with it within {seconds:g} seconds") from None
        if not line.endswith(b"\n"):
            self.end()
            raise _NoAnswer("ended while it read it" if len(line) <= LONGEST_ANSWER else "made too much of it")
        return _read(line)


class _NoAnswer(Exception):  # noqa: N818 - a domain word
    """The compiler did not answer. The sentence says what it did."""


def _read(line: bytes) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(line)
    return answer


def _refused(said: str) -> dict[str, Any]:
    """The answer in place of the compiler's, about the whole cell."""
    problem = {"line": 1, "column": 1, "code": "NotCompiled", "message": said}
    return {"problems": [problem], "functions": [], "js": ""}
