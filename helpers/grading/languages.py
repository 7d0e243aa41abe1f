"""The languages that a submission is written in: what it holds of each, and a dialogue with its code in each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, Final

from helpers.calling.exercise import Language
from helpers.grading.budget import Budget
from helpers.grading.compiling import Compiler
from helpers.grading.dialogue import Dialogue
from helpers.grading.messages import Contents, Note
from helpers.grading.process import Kind, Process
from helpers.grading.submission import Cell, SourceFile
from helpers.lessons.found import EXERCISES
from helpers.typescript import node
from helpers.typescript.cells import typescript_in

WRITTEN_IN_TYPESCRIPT: Final = [name for name, one in EXERCISES.items() if one.language == "typescript"]

Start = Callable[[Kind], Process]


class Languages:
    """The code of one submission. `start` makes a process for it; of Python and TypeScript, one has one at a time.

    The server can be reached from one of them alone.
    """

    def __init__(self, files: Sequence[SourceFile], compiler: Compiler, start: Start, budget: Budget) -> None:
        self._files = files
        self._compiler = compiler
        self._budget = budget
        self._start = start
        self._cells = [[found for cell in file.cells if (found := typescript_in(cell.source))] for file in files]
        self._typescript: Contents | None = None
        python = [{"cells": [[cell.label, cell.source] for cell in _python(file)]} for file in files]
        self.python = Dialogue(python, lambda: start("python"), budget)
        self._dialogues: dict[Language, Dialogue] = {"python": self.python}

    def __enter__(self) -> "Languages":
        self.python.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for dialogue in self._dialogues.values():
            dialogue.end()

    def dialogue(self, language: Language) -> Dialogue:
        """The one with the code in this language. The others have no process while it is asked."""
        self.contents(language)
        for other, dialogue in self._dialogues.items():
            if other != language:
                dialogue.end()
        return self._dialogues[language]

    def contents(self, language: Language) -> Contents:
        """What the submission holds in this language."""
        if language == "python":
            return self.python.contents
        if self._typescript is None:
            self._typescript = self._read_typescript()
        return self._typescript

    def why_not(self, language: Language) -> str | None:
        """Why nothing in this language can be graded here, in one sentence; None where it can."""
        if language == "python":
            return None
        return self._compiler.why_not() if any(self._cells) else node.problem()

    def exhaust(self) -> None:
        """End the process that is asked, from another thread: it has had more of the server than there is for it."""
        for dialogue in self._dialogues.values():
            dialogue.exhaust()

    def _read_typescript(self) -> Contents:
        files: list[dict[str, Any]] = [{"cells": []} for _ in self._cells]
        if self.why_not("typescript") is None:
            files = self._compiler.compile(self._cells, self._budget)
        self._dialogues["typescript"] = Dialogue(files, lambda: self._start("typescript"), self._budget)
        python = self.python.contents
        found = [_exercises({name for name, _ in cells}, file) for cells, file in zip(self._cells, files, strict=True)]
        in_python = [
            _in_python(place, name, self._files[place].name)
            for place, names in enumerate(python.found)
            for name in names
            if name in WRITTEN_IN_TYPESCRIPT
        ]
        return replace(python, found=found, assigned=[[] for _ in found], elsewhere=[*python.elsewhere, *in_python])


def _python(file: SourceFile) -> list[Cell]:
    return [cell for cell in file.cells if typescript_in(cell.source) is None]


def _exercises(names: set[str], file: Mapping[str, Any]) -> list[str]:
    """Those that its cells export, and those that they are named after, whatever the compiler could make of them."""
    exported = {one["name"] for cell in file["cells"] for one in cell["answer"]["functions"]}
    return [name for name in WRITTEN_IN_TYPESCRIPT if name in exported | names]


def _in_python(place: int, name: str, file: str) -> Note:
    said = f"{name} in {file} is Python, and has to be TypeScript: begin its cell with `%%typescript {name}`."
    return Note(place, said, frozenset([name]))
