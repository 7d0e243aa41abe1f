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
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TextIO

from helpers.errors import CourseError
from helpers.grading.plain import one_line

MOST_CHARACTERS: Final = 10_000_000
"""Of one notebook, not counting its outputs as Jupyter writes them: those are passed over, whatever their size."""
LARGEST_FILE: Final = 1_000_000_000
"""Bytes."""
SUFFIXES: Final = (".ipynb", ".py")
NAME_ANOTHER: Final = "name one that JupyterLab opens"
_CELL: Final = re.compile(r"^# ?%%", re.MULTILINE)
_DROPPED: Final = {'   "outputs": [\n': ("   ]\n", "   ],\n"), '   "attachments": {\n': ("   }\n", "   },\n")}
"""How Jupyter writes the two parts of a cell that may be of any size: the first line of each, and what its last may be.
No text of a cell looks like that: in JSON it has no line breaks."""
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


@dataclass(frozen=True)
class Submission:
    """What is to be graded. `whole` when it is a folder, which stands for the whole course."""

    name: str
    files: tuple[SourceFile, ...]
    whole: bool
    notes: tuple[str, ...] = ()
    """A sentence for each file that was left out."""


def read_submission(path: Path) -> Submission:
    """The notebooks at `path`. Raises `CourseError` when there are none, or when the one named cannot be read."""
    if os.path.isdir(path) and path.suffix not in SUFFIXES:
        return _read_folder(path)
    if not os.path.lexists(path):
        raise CourseError(f"{path} does not exist: name a notebook (.ipynb or .py) or a folder of them.")
    return Submission(one_line(path.name), (read_file(path),), whole=False)


def read_file(path: Path) -> SourceFile:
    """The code cells of one `.ipynb` or `.py`."""
    if path.suffix not in SUFFIXES:
        raise CourseError(f"{path} is not a notebook: name an .ipynb, a .py or a folder of them.")
    text = _text(path)
    cells = _notebook_cells(path, text) if path.suffix == ".ipynb" else _script_cells(path, text)
    return SourceFile(one_line(path.name), path.stem, tuple(cells))


def _read_folder(folder: Path) -> Submission:
    files: list[SourceFile] = []
    notes: list[str] = []
    for path in _notebooks(folder):
        try:
            if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
                # Else it could show the submission's code whatever the person who grades can read.
                raise CourseError(f"{path} is a link to a file elsewhere: put the notebook itself in its place.")
            files.append(read_file(path))
        except CourseError as error:
            notes.append(one_line(f"Left out: {error}"))
    if not files:
        raise CourseError(" ".join(notes))
    return Submission(one_line(folder.name) or str(folder), tuple(files), whole=True, notes=tuple(notes))


def _notebooks(folder: Path) -> list[Path]:
    """A checkout of the course is graded by its notebooks/; a `.py` beside its `.ipynb` is the same notebook."""
    inner = folder / "notebooks"
    try:
        files = sorted((inner if inner.is_dir() else folder).iterdir())
    except OSError as error:
        raise CourseError(f"{folder} cannot be read: {error.strerror}.") from error
    chosen = [
        file
        for file in files
        if not file.name.startswith(".")
        and (file.suffix == ".ipynb" or (file.suffix == ".py" and file.with_suffix(".ipynb") not in files))
    ]
    if not chosen:
        raise CourseError(f"{folder} holds no notebook (.ipynb or .py): name the folder that they are in.")
    return chosen


def _text(path: Path) -> str:
    try:
        with _open(path) as file:
            kept = _without_outputs(_lines(file)) if path.suffix == ".ipynb" else _lines(file)
            return "".join(_bounded(path, kept))
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CourseError(f"{path} is not UTF-8 text: save it as UTF-8.") from error


def _open(path: Path) -> TextIO:
    """The text of an ordinary file. Opening a pipe would wait until somebody writes to it, and a device has no end."""
    descriptor = os.open(path, os.O_RDONLY | _NEVER_BLOCKS)
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            kind = "a folder" if stat.S_ISDIR(about.st_mode) else "no ordinary file"
            raise CourseError(f"{path} is {kind}: put the notebook itself in its place.")
        if about.st_size > LARGEST_FILE:
            raise CourseError(f"{path} is larger than {LARGEST_FILE // 1_000_000:,} MB: clear its outputs and save it.")
    except BaseException:
        os.close(descriptor)
        raise
    # The BOM that some editors put first is no part of the text.
    return os.fdopen(descriptor, encoding="utf-8-sig")


def _lines(file: TextIO) -> Iterator[str]:
    """The lines of `file`, one that is too long in parts."""
    return iter(lambda: file.readline(MOST_CHARACTERS), "")


def _without_outputs(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a notebook without those that only tell what it once printed, however many megabytes they have."""
    ends: tuple[str, ...] = ()
    for line in lines:
        if line in ends:
            ends = ()
        if not ends:
            yield line
            ends = _DROPPED.get(line, ())


def _bounded(path: Path, lines: Iterable[str]) -> Iterator[str]:
    left = MOST_CHARACTERS
    for line in lines:
        left -= len(line)
        if left < 0:
            raise CourseError(f"{path} has more than {MOST_CHARACTERS:,} characters: clear its outputs and save it.")
        yield line


def _notebook_cells(path: Path, text: str) -> Iterator[Cell]:
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CourseError(f"{path} is not a notebook, because it is no JSON ({error}): {NAME_ANOTHER}.") from error
    version = notebook.get("nbformat") if isinstance(notebook, dict) else None
    if isinstance(version, int) and version != 4:
        raise CourseError(
            f"{path} has notebook format {version}, and format 4 is needed: open it in JupyterLab and save it."
        )
    if version != 4 or not isinstance(notebook.get("cells"), list):
        raise CourseError(f"{path} is not a notebook, because it has no list of cells: {NAME_ANOTHER}.")
    for number, cell in enumerate(notebook["cells"], 1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            yield Cell(one_line(f"{path.name}, cell {number}"), _source(cell))


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def _script_cells(path: Path, text: str) -> Iterator[Cell]:
    """The cells of a `.py` in the percent format; all of it is one cell where it is not in that format."""
    starts = [0, *(match.start() for match in _CELL.finditer(text)), len(text)]
    for start, end in pairwise(starts):
        if text[start:end].strip():
            above = text.count("\n", 0, start)
            yield Cell(one_line(f"{path.name}, line {above + 1}"), "\n" * above + text[start:end])
