"""What every lesson's source keeps to, so that its code could be pasted into production."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from nbformat import NotebookNode

from helpers.authoring.cells import GIVEN, REPAIR, tags
from helpers.authoring.markers import BEGIN
from helpers.authoring.source import Lesson, read_lesson

from .conftest import ROOT, SOURCES, code_cells, parse

FIRST_CELL: Final = [
    "from helpers import MODEL, check, hint, make_client, solution, timeline",
    "client = make_client()",
]
MOST_LINES: Final = 15
HELPERS: Final = ("from helpers", "import helpers")


@pytest.fixture(scope="module", params=SOURCES, ids=lambda path: str(path.stem))
def lesson(request: pytest.FixtureRequest) -> Lesson:
    path: Path = request.param
    return read_lesson(path, ROOT)


def lines(cell: NotebookNode) -> list[str]:
    """Lines of code; blank ones are the formatter's."""
    return [line for line in cell.source.splitlines() if line.strip()]


def is_exercise(cell: NotebookNode) -> bool:
    return BEGIN in cell.source or not {GIVEN, REPAIR}.isdisjoint(tags(cell))


def functions(cell: NotebookNode) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(parse(cell)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def unannotated(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """What lacks a type: parameters by name, and the result."""
    named = function.args
    parameters = [*named.posonlyargs, *named.args, *named.kwonlyargs, *filter(None, (named.vararg, named.kwarg))]
    missing = [each.arg for each in parameters if each.annotation is None and each.arg not in ("self", "cls")]
    return missing if function.returns else [*missing, "the result"]


def test_first_cell(lesson: Lesson) -> None:
    """Every lesson starts with the same two lines."""
    assert lines(code_cells(lesson.notebook)[0]) == FIRST_CELL


def test_short(lesson: Lesson) -> None:
    """A cell to read is short. An exercise is as long as its docstring and solution need."""
    long = [
        lesson.lines[cell.id]
        for cell in code_cells(lesson.notebook)
        if not is_exercise(cell) and len(lines(cell)) > MOST_LINES
    ]
    assert not long, f"{lesson.source}: more than {MOST_LINES} lines in the cells at lines {long}"


def test_annotated(lesson: Lesson) -> None:
    """Every function in a lesson says its types."""
    for cell in code_cells(lesson.notebook):
        for function in functions(cell):
            missing = unannotated(function)
            assert not missing, f"{lesson.source}:{lesson.lines[cell.id]}: {function.name} lacks types of {missing}"


def test_imports_hold_no_hint() -> None:
    """Nothing that a notebook imports from the course holds a hint or a verdict, not even by what it imports itself."""
    lines = {line for path in SOURCES for line in path.read_text("utf-8").splitlines() if line.startswith(HELPERS)}
    script = "\n".join(
        [*sorted(lines), "import sys", "print(*(name for name in sys.modules if name.startswith('helpers')))"]
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "helpers.lessons.capstone.rehearsal" in loaded
    assert [name for name in loaded if name.startswith("helpers.judging") or ".checks" in name] == []
