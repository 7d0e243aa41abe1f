"""A submission: a notebook or a folder of notebooks, read as cells of source. Nothing of it runs here."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from helpers.errors import CourseError

MOST_BYTES: Final = 50_000_000
_CELL: Final = re.compile(r"^# ?%%", re.MULTILINE)


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


def read_submission(path: Path) -> Submission:
    """The notebooks at `path`. Raises `CourseError` when there are none, or when one cannot be read."""
    if path.is_dir():
        return Submission(path.name or str(path), tuple(map(read_file, _notebooks(path))), whole=True)
    if not path.exists():
        raise CourseError(f"{path} does not exist: name a notebook (.ipynb or .py) or a folder of them.")
    return Submission(path.name, (read_file(path),), whole=False)


def read_file(path: Path) -> SourceFile:
    """The code cells of one `.ipynb` or `.py`."""
    if path.suffix not in (".ipynb", ".py"):
        raise CourseError(f"{path} is not a notebook: name an .ipynb, a .py or a folder of them.")
    text = _text(path)
    cells = _notebook_cells(path, text) if path.suffix == ".ipynb" else _script_cells(path, text)
    return SourceFile(path.name, path.stem, tuple(cells))


def _notebooks(folder: Path) -> list[Path]:
    """A checkout of the course is graded by its notebooks/; a `.py` beside its `.ipynb` is the same notebook."""
    inner = folder / "notebooks"
    files = sorted((inner if inner.is_dir() else folder).iterdir())
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
        if path.stat().st_size > MOST_BYTES:
            raise CourseError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB: clear its outputs and save it.")
        # The BOM that some editors put first is no part of the text.
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CourseError(f"{path} is not UTF-8 text: open it in JupyterLab and save it again.") from error


def _notebook_cells(path: Path, text: str) -> Iterator[Cell]:
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CourseError(f"{path} is not a notebook ({error}): open it in JupyterLab and save it again.") from error
    version = notebook.get("nbformat") if isinstance(notebook, dict) else None
    if version != 4 or not isinstance(notebook.get("cells"), list):
        found = f"has notebook format {version}" if isinstance(version, int) else "is not a notebook"
        raise CourseError(f"{path} {found}, and format 4 is needed: open it in JupyterLab and save it.")
    for number, cell in enumerate(notebook["cells"], 1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            yield Cell(f"{path.name}, cell {number}", _source(cell))


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
            yield Cell(f"{path.name}, line {above + 1}", "\n" * above + text[start:end])
