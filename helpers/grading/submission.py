"""A submission: a notebook or a folder of notebooks, read as cells of source. Nothing of it runs here.

A file that was named must be read, or there is nothing to grade. In a folder, one that cannot be read is left out and
said to be, and the others are graded. What stands there need not be a file at all: nothing here waits for a pipe,
follows a link out of the folder, or holds more than `MOST_CHARACTERS` of what it is given.
"""

import json
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, Final, TextIO

from helpers.errors import CourseError
from helpers.grading.plain import one_line
from helpers.grading.sniffing import LONGEST_START, names_defined_in, what_bytes_are, what_text_is
from helpers.grading.stripping import without_outputs

MOST_CHARACTERS: Final = 10_000_000
"""Of one notebook. In a larger one outputs and white space do not count: they are passed over, whatever their size."""
LARGEST_FILE: Final = 1_000_000_000
"""Bytes."""
SUFFIXES: Final = (".ipynb", ".py")
HIDDEN: Final = "begins with a dot, like what programs hide, and was passed over: give it another name"
NAME_ANOTHER: Final = "name one that JupyterLab opens"
_CELL: Final = re.compile(r"^# ?%%", re.MULTILINE)
_PART: Final = 1_000_000
_LONGEST_KIND: Final = 20
_NEVER_BLOCKS: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True)
class Cell:
    """The source of a code cell, and what to call it. Its first line has the number that a person sees beside it."""

    label: str
    source: str


@dataclass(frozen=True)
class SourceFile:
    """The code cells of one notebook."""

    name: str
    stem: str
    cells: tuple[Cell, ...]
    aside: tuple[Cell, ...] = ()
    """Its other cells. The label of each says which kind it is."""

    def is_of(self, lesson: str) -> bool:
        """Whether its name says that it is the notebook of this lesson, or a copy of it."""
        return lesson in self.stem


@dataclass(frozen=True)
class Unread:
    """A notebook that was left out: a sentence that says why, and what stands in its text behind `def` and `class`."""

    name: str
    said: str
    defined: frozenset[str] = frozenset()

    def may_hold(self, lesson: str, exercise: str) -> bool:
        """Whether somebody's work on this exercise of this lesson may be in it."""
        return lesson in self.name or exercise in self.defined


def left_out(file: Unread) -> str:
    """The sentence that says so by itself."""
    return f"Left out: {file.said}"


@dataclass(frozen=True)
class Submission:
    """What is to be graded. `whole` when it is a folder, which stands for the whole course."""

    name: str
    files: tuple[SourceFile, ...]
    whole: bool
    unread: tuple[Unread, ...] = ()
    """The files that were left out."""
    hidden: tuple[str, ...] = ()
    """A sentence for each notebook that was passed over because of its name."""

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence for each file that was not read."""
        return (*map(left_out, self.unread), *self.hidden)


class _NotRead(CourseError):  # noqa: N818 - a domain word
    """Why a notebook cannot be read, with what its text defines."""

    def __init__(self, message: str, text: str = "") -> None:
        super().__init__(message)
        # Whatever it is written in: the names of exercises are spelt alike.
        self.defined = names_defined_in(text.replace("\0", ""))


def read_submission(path: Path) -> Submission:
    """The notebooks at `path`. Raises `CourseError` when there are none, or when the one named cannot be read."""
    if os.path.isdir(path) and path.suffix not in SUFFIXES:
        return _read_folder(path)
    if not os.path.lexists(path):
        raise CourseError(f"{path} does not exist: name a notebook (.ipynb or .py) or a folder of them.")
    return Submission(one_line(path.name), (read_file(path),), whole=False)


def read_file(path: Path, called: str = "") -> SourceFile:
    """The cells of one `.ipynb` or `.py`. What is said of it calls it so, or by its whole path."""
    if path.suffix not in SUFFIXES:
        raise CourseError(f"{path} is not a notebook: name an .ipynb, a .py or a folder of them.")
    file = _File(path, called or str(path))
    if path.suffix == ".py":
        return SourceFile(one_line(path.name), path.stem, tuple(file.script_cells()))
    cells = list(file.notebook_cells())
    code, aside = ([cell for kind, cell in cells if (kind == "code") is wanted] for wanted in (True, False))
    return SourceFile(one_line(path.name), path.stem, tuple(code), tuple(aside))


def _read_folder(folder: Path) -> Submission:
    files: list[SourceFile] = []
    unread: list[Unread] = []
    for path in _notebooks(folder):
        try:
            if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
                # Else it could show the submission's code whatever the person who grades can read.
                raise CourseError(f"{path.name} is a link to a file elsewhere: put the notebook itself in its place.")
            files.append(read_file(path, path.name))
        except CourseError as error:
            defined = error.defined if isinstance(error, _NotRead) else frozenset[str]()
            unread.append(Unread(one_line(path.name), one_line(str(error)), defined))
    if not files:
        raise CourseError(" ".join(map(left_out, unread)))
    hidden = tuple(
        one_line(f"Left out: {name} {HIDDEN}.") for name in sorted(_names(folder)) if is_hidden_notebook(name)
    )
    return Submission(one_line(folder.name) or str(folder), tuple(files), True, tuple(unread), hidden)


def is_hidden_notebook(name: str) -> bool:
    """Whether somebody's notebook is called like what programs hide. What JupyterLab and macOS hide is nobody's."""
    return name.startswith(".") and name.endswith(SUFFIXES) and not name.startswith(("._", ".~"))


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(_inner(folder))
    except OSError as error:
        raise CourseError(f"{folder} cannot be read: {error.strerror}.") from error


def _inner(folder: Path) -> Path:
    """A checkout of the course is graded by its notebooks/."""
    inner = folder / "notebooks"
    return inner if inner.is_dir() else folder


def _notebooks(folder: Path) -> list[Path]:
    """In a folder, a `.py` beside its `.ipynb` is the same notebook."""
    files = sorted(_inner(folder) / name for name in _names(folder))
    chosen = [
        file
        for file in files
        if not file.name.startswith(".")
        and (file.suffix == ".ipynb" or (file.suffix == ".py" and file.with_suffix(".ipynb") not in files))
    ]
    if not chosen:
        raise CourseError(f"{folder} holds no notebook (.ipynb or .py): name the folder that they are in.")
    return chosen


@dataclass(frozen=True)
class _File:
    """A file, and what to call it."""

    path: Path
    called: str

    def script_cells(self) -> Iterator[Cell]:
        """The cells of a `.py` in the percent format; all of it is one cell where it is not in that format."""
        text = self._text()
        if text.strip() and (said := what_text_is(text, ".py")) is not None:
            raise _NotRead(f"{self.called} {said}.", text)
        starts = [0, *(match.start() for match in _CELL.finditer(text)), len(text)]
        for start, end in pairwise(starts):
            if text[start:end].strip():
                above = text.count("\n", 0, start)
                yield Cell(one_line(f"{self.path.name}, line {above + 1}"), "\n" * above + text[start:end])

    def notebook_cells(self) -> Iterator[tuple[str, Cell]]:
        """The cells of an `.ipynb`, each with its kind."""
        text = self._text()
        try:
            # Numbers are no work of anybody's, and Python makes no integers of thousands of digits.
            notebook = json.loads(text, parse_int=float)
        except (ValueError, RecursionError) as error:
            raise _NotRead(f"{self.called} {self._no_json(text, error)}.", text) from error
        version = notebook.get("nbformat") if isinstance(notebook, dict) else None
        if isinstance(version, float) and version != 4:
            raise _NotRead(
                f"{self.called} has notebook format {version:g}, and format 4 is needed: open it in JupyterLab and "
                "save it.",
                text,
            )
        if version != 4 or not isinstance(notebook.get("cells"), list):
            message = f"{self.called} is not a notebook, because it has no list of cells: {NAME_ANOTHER}."
            raise _NotRead(message, text)
        for number, cell in enumerate(notebook["cells"], 1):
            if isinstance(cell, dict):
                kind = str(cell.get("cell_type"))[:_LONGEST_KIND]
                said = "" if kind == "code" else f", which is a {kind} cell"
                yield kind, Cell(one_line(f"{self.path.name}, cell {number}{said}"), _source(cell))

    def _no_json(self, text: str, error: Exception) -> str:
        said = what_text_is(text, ".ipynb")
        cut = isinstance(error, json.JSONDecodeError) and (
            error.msg.startswith("Unterminated string") or error.pos >= len(text.rstrip()) - 1
        )
        if said is None and cut:
            said = "ends before it is complete: save the notebook again, and hand that in"
        if said is None and isinstance(error, RecursionError):
            said = "is nested deeper than any notebook: clear its outputs and save it"
        return said or f"is not a notebook, because it is no JSON ({error}): {NAME_ANOTHER}"

    def _text(self) -> str:
        start = b""
        try:
            with self._open() as file:
                start = file.buffer.peek(LONGEST_START)[:LONGEST_START]  # type: ignore[attr-defined]
                return self._bounded(file)
        except OSError as error:
            raise CourseError(f"{self.called} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            said = what_bytes_are(start) or "is not UTF-8 text: save it as UTF-8"
            raise _NotRead(f"{self.called} {said}.", start.decode("utf-8", "replace")) from error

    def _open(self) -> TextIO:
        """The text of an ordinary file. Opening a pipe would wait until somebody writes to it; a device has no end."""
        descriptor = os.open(self.path, os.O_RDONLY | _NEVER_BLOCKS)
        try:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                kind = "a folder" if stat.S_ISDIR(about.st_mode) else "no ordinary file"
                raise CourseError(f"{self.called} is {kind}: put the notebook itself in its place.")
            if about.st_size > LARGEST_FILE:
                raise CourseError(
                    f"{self.called} is larger than {LARGEST_FILE // 1_000_000:,} MB: clear its outputs and save it."
                )
        except BaseException:
            os.close(descriptor)
            raise
        # The BOM that some editors put first is no part of the text.
        return os.fdopen(descriptor, encoding="utf-8-sig")

    def _bounded(self, file: TextIO) -> str:
        """The whole text, as long as there is not too much of it; else that of a notebook without its outputs."""
        text = file.read(MOST_CHARACTERS)
        rest = iter(lambda: file.read(_PART), "")
        if not (further := next(rest, "")):
            return text
        parts: Iterable[str] = chain([text, further], rest)
        if self.path.suffix == ".ipynb":
            parts = without_outputs(parts)
        return "".join(self._counted(parts))

    def _counted(self, parts: Iterable[str]) -> Iterator[str]:
        left = MOST_CHARACTERS
        for part in parts:
            left -= len(part)
            if left < 0:
                raise CourseError(
                    f"{self.called} has more than {MOST_CHARACTERS:,} characters: clear its outputs and save it."
                )
            yield part


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))
