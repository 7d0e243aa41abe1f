"""Reading a lesson: `solutions/NN_topic.py` (jupytext's py:percent) as a notebook whose cells know their lines."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import jupytext
from nbformat import NotebookNode

from helpers.authoring.cells import CellError, is_code
from helpers.authoring.markers import MarkerError, find_regions, refuse_markers
from helpers.errors import CourseError

_CELL: Final = re.compile(r"# %%( .*)?$")
_LOOKS_LIKE_CELL: Final = re.compile(r"\s*#+\s*%%")


@dataclass(frozen=True)
class Lesson:
    """A lesson as its author wrote it."""

    name: str
    source: str
    """The source's path from the root, as messages name it."""
    notebook: NotebookNode
    """Not executed. A cell's id comes from its place, so that it is the same in every build and in both notebooks."""
    lines: Mapping[str, int]
    """By cell id, the line of the source where the cell starts."""

    def error(self, error: CellError) -> CourseError:
        """What a cell is blamed for, with file and line."""
        return CourseError(f"{self.source}:{self.lines[error.cell_id]}: {error.sentence}")


def read_lesson(path: Path, root: Path) -> Lesson:
    """The lesson at `path`. Raises `CourseError` with file and line where it is malformed."""
    source = path.relative_to(root).as_posix()
    text = _read_text(path, source)
    starts = _cell_starts(text, source)
    notebook = _read_notebook(text, source)
    if len(notebook.cells) != len(starts):
        raise CourseError(
            f"{source}:1: {len(starts)} lines start a cell, yet there are {len(notebook.cells)} cells: "
            'write nothing above the first "# %%", and no "# %%" inside a string.'
        )
    for place, cell in enumerate(notebook.cells):
        cell["id"] = _cell_id(path.stem, place)
    _check_markers(text.split("\n"), starts, notebook, source)
    return Lesson(
        path.stem, source, notebook, {cell.id: start for cell, start in zip(notebook.cells, starts, strict=True)}
    )


def _read_text(path: Path, source: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CourseError(f"{source}: byte {error.start} is not UTF-8: save the file as UTF-8.") from error


def _read_notebook(text: str, source: str) -> NotebookNode:
    try:
        notebook: NotebookNode = jupytext.reads(text, fmt="py:percent")
    except (
        Exception
    ) as error:  # a header that is no YAML, cell metadata that is no JSON: jupytext lets its parsers' errors through
        raise CourseError(
            f"{source}: jupytext cannot read it ({type(error).__name__}: {error}): mend the file."
        ) from error
    return notebook


def _cell_starts(text: str, source: str) -> list[int]:
    starts: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if _CELL.match(line):
            starts.append(number)
        elif _LOOKS_LIKE_CELL.match(line):
            raise CourseError(
                f'{source}:{number}: "{line.strip()}" does not start a cell: write "# %%" at the start of the line.'
            )
    return starts


def _cell_id(name: str, place: int) -> str:
    return hashlib.sha1(f"{name}:{place}".encode(), usedforsecurity=False).hexdigest()[:8]


def _check_markers(lines: list[str], starts: list[int], notebook: NotebookNode, source: str) -> None:
    ends = [*starts[1:], len(lines) + 1]
    for cell, start, end in zip(notebook.cells, starts, ends, strict=True):
        inside = lines[start : end - 1]
        try:
            if is_code(cell):
                find_regions(inside, start + 1)
            else:
                refuse_markers(inside, start + 1)
        except MarkerError as error:
            raise CourseError(f"{source}:{error.line}: {error.sentence}") from error
