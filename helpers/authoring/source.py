"""Reading a lesson: `solutions/NN_topic.py` (jupytext's py:percent) as a notebook whose cells know their lines."""

import difflib
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import jupytext
from nbformat import NotebookNode

from helpers.authoring.cells import SOLUTION_ONLY, TAGS, CellError, LineError, is_code, is_typescript, tags
from helpers.authoring.markers import find_regions, refuse_markers, uncommented
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
    try:
        starts = _cell_starts(text.split("\n"))
        notebook = _read_notebook(text)
        _check_places(notebook, starts)
        _check_tags(notebook, starts)
        _check_markers(notebook, starts, text.split("\n"))
    except LineError as error:
        raise CourseError(f"{source}:{error.line}: {error.sentence}") from error
    for place, cell in enumerate(notebook.cells):
        cell["id"] = _cell_id(path.stem, place)
    lines = {cell.id: start for cell, start in zip(notebook.cells, starts, strict=True)}
    return Lesson(path.stem, source, notebook, lines)


def _read_text(path: Path, source: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CourseError(f"{source}: byte {error.start} is not UTF-8: save the file as UTF-8.") from error


def _cell_starts(lines: Sequence[str]) -> list[int]:
    starts: list[int] = []
    for number, line in enumerate(lines, 1):
        if _CELL.match(line):
            starts.append(number)
        elif _LOOKS_LIKE_CELL.match(line):
            raise LineError(
                number, f'"{line.strip()}" does not start a cell: write "# %%" and a space at the start of the line.'
            )
    return starts


def _read_notebook(text: str) -> NotebookNode:
    try:
        notebook: NotebookNode = jupytext.reads(text, fmt="py:percent")
    except Exception as error:  # whatever a malformed header or tag makes jupytext run into
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise LineError(1, f"jupytext cannot read the file ({reason}): mend its header and its cells' tags.") from error
    return notebook


def _check_places(notebook: NotebookNode, starts: Sequence[int]) -> None:
    if len(notebook.cells) != len(starts):
        sentence = 'write nothing but a header above the first "# %%", and no "# %%" inside a string.'
        raise LineError(1, f'"# %%" stands {len(starts)} times, for {len(notebook.cells)} cells: {sentence}')


def _check_tags(notebook: NotebookNode, starts: Sequence[int]) -> None:
    """A tag that is not understood would hand a solution to the learner."""
    for cell, start in zip(notebook.cells, starts, strict=True):
        if "incorrectly_encoded_metadata" in cell.metadata:
            raise LineError(start, f"the cell's tags cannot be read: write them as '# %% tags=[\"{SOLUTION_ONLY}\"]'.")
        for tag in tags(cell):
            if tag not in TAGS and (close := difflib.get_close_matches(tag.lower(), TAGS, 1)):
                raise LineError(start, f'"{tag}" is not a known tag (did you mean "{close[0]}"?).')


def _check_markers(notebook: NotebookNode, starts: Sequence[int], lines: Sequence[str]) -> None:
    ends = [*starts[1:], len(lines) + 1]
    for cell, start, end in zip(notebook.cells, starts, ends, strict=True):
        check = find_regions if is_code(cell) else refuse_markers
        inside = lines[start : end - 1]
        if is_code(cell) and is_typescript(cell.source):
            # To Python, the whole cell is a comment.
            inside = uncommented([line.removeprefix("#").removeprefix(" ") for line in inside])
        check(inside, start + 1)


def _cell_id(name: str, place: int) -> str:
    return hashlib.sha1(f"{name}:{place}".encode(), usedforsecurity=False).hexdigest()[:8]
