"""What a learner opens: every notebook runs from top to bottom before anything is solved, and says "not started"."""

import ast
import asyncio
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from helpers.authoring.kernel import execute
from helpers.authoring.markers import BEGIN, END, STUB, TO_REPAIR, TYPESCRIPT_STUB
from helpers.calling.exercise import Exercise
from helpers.lessons.found import EXERCISES
from helpers.typescript.cells import typescript_in
from helpers.typescript.node import problem

from .conftest import NOTEBOOKS, SOURCES, code_cells, parse

CELL_TIMEOUT = 60
_DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: str(path.stem))
def path(request: pytest.FixtureRequest) -> Path:
    notebook: Path = request.param
    return notebook


@pytest.fixture(scope="module")
def notebook(path: Path) -> NotebookNode:
    """As it is stored."""
    read: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return read


@pytest.fixture(scope="module")
def executed(path: Path, notebook: NotebookNode) -> NotebookNode:
    """As it is after Run All."""
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(execute(notebook, path.parent, cell_timeout=CELL_TIMEOUT))


def exercises_of(path: Path) -> set[str]:
    return {name for name, exercise in EXERCISES.items() if exercise.lesson == path.stem}


def checked(cell: NotebookNode) -> list[str]:
    """The names that the cell calls `check` with."""
    calls = (node for node in ast.walk(parse(cell)) if isinstance(node, ast.Call))
    return [ast.unparse(call.args[0]) for call in calls if ast.unparse(call.func) == "check" and call.args]


def shown(cell: NotebookNode) -> Iterator[str]:
    """What the cell displays, as text."""
    return (output.data["text/plain"] for output in cell.outputs if "text/plain" in output.get("data", {}))


def test_every_lesson() -> None:
    """Every lesson has a source, a notebook and exercises; beside them is the cheat sheet."""
    lessons = {exercise.lesson for exercise in EXERCISES.values()}
    assert {path.stem for path in SOURCES} == {path.stem for path in NOTEBOOKS} == lessons | {"cheatsheet"}


def test_nothing_given_away(notebook: NotebookNode) -> None:
    """No marker, no output, no execution count, no pairing with the source."""
    assert not [cell.source for cell in notebook.cells if BEGIN in cell.source or END in cell.source]
    assert [cell.outputs for cell in code_cells(notebook) if cell.outputs or cell.execution_count] == []
    assert "jupytext" not in notebook.metadata


def test_stubs(path: Path, notebook: NotebookNode) -> None:
    """Every exercise of the lesson is there to be written, and so is its check."""
    marks = (STUB[0], TO_REPAIR)
    unwritten = [parse(cell) for cell in code_cells(notebook) if any(mark in cell.source for mark in marks)]
    stubs = {node.name for tree in unwritten for node in tree.body if isinstance(node, _DEFINITIONS)}
    named = (typescript_in(cell.source) for cell in code_cells(notebook) if TYPESCRIPT_STUB[1] in cell.source)
    stubs |= {name for name, _ in filter(None, named)}
    assert stubs == exercises_of(path)
    assert {name for cell in code_cells(notebook) for name in checked(cell)} == stubs


def test_no_traceback(executed: NotebookNode) -> None:
    """Run All meets no error."""
    errors = [output for cell in code_cells(executed) for output in cell.outputs if output.output_type == "error"]
    assert errors == []


def is_away(exercise: Exercise) -> bool:
    """Whether it can't be done where the tests run."""
    return exercise.language == "typescript" and problem() is not None


def test_not_started(executed: NotebookNode) -> None:
    """Every check of an unsolved exercise says so, in the words that the terminal sees too; or why it can't be done."""
    for cell in code_cells(executed):
        for name in checked(cell):
            said = f"– {name} — not available here" if is_away(EXERCISES[name]) else f"○ {name} — not started"
            assert any(text.startswith(said) for text in shown(cell)), list(shown(cell))
