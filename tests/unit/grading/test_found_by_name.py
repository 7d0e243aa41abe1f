"""An exercise is found by the name of its function, whatever happened to the cells around it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from helpers.grading.formats import as_json, as_junit, as_markdown
from helpers.grading.grader import grade
from helpers.grading.nursery import Nursery
from helpers.lessons.found import EXERCISES
from tests.unit.grading.conftest import WriteNotebook

NAME: Final = "request_id_of"
RIGHT: Final = f"def {NAME}(message):\n    return message._request_id"
WRONG: Final = f"def {NAME}(message):\n    return message.id"
STUB: Final = f'def {NAME}(message):\n    """The id."""\n    # Write your code here.\n    ...'
HELPER: Final = "def attribute(message):\n    return getattr(message, NAME)"
USES_HELPER: Final = f"def {NAME}(message):\n    return attribute(message)"
LOUD: Final = f"""
import sys, warnings
warnings.warn("deprecated at definition", DeprecationWarning)
NAME = warnings.warn("needed at definition") or "_request_id"
def {NAME}(message):
    warnings.warn("the model is deprecated", DeprecationWarning)
    print("an error, by the looks of it", file=sys.stderr)
    return getattr(message, NAME)
"""
CONSTANT: Final = 'NAME = "_request_id"'
OTHERS: Final = ("from helpers import MODEL, check", "1 / 0", "def other(:", "%%bash\nexit 1", "await nothing()", "\0")
"""What may stand in other cells."""

CELLS: Final[Mapping[str, tuple[Sequence[str], str]]] = {
    "alone": ([RIGHT], "passed"),
    "among broken cells": ([*OTHERS, RIGHT, *OTHERS], "passed"),
    "split into three cells": ([CONSTANT, HELPER, USES_HELPER], "passed"),
    "reordered": ([USES_HELPER, HELPER, CONSTANT], "passed"),
    "mended below": ([STUB, WRONG, RIGHT], "passed"),
    "spoilt below": ([RIGHT, WRONG], "misconception"),
    "empty copy below": ([RIGHT, STUB], "not_started"),
    "assigned": (["find = lambda message: message._request_id", f"{NAME} = find"], "passed"),
    "decorated": (["import functools", f"@functools.cache\ndef helper(): ...\n{RIGHT}"], "passed"),
    "with a check beside it": ([f"{RIGHT}\ncheck({NAME})"], "passed"),
    "behind a condition": ([f"if True:\n    {RIGHT.replace(chr(10), chr(10) + '    ')}"], "passed"),
    "under a magic": (["%load_ext autoreload", f"%%time\n!ls\n{RIGHT}\n{NAME}?"], "passed"),
    "warning, and writing to stderr": ([LOUD], "passed"),
    "deleted": (["text = 1"], "not_started"),
    "renamed": ([RIGHT.replace(NAME, "request_id")], "not_started"),
    "body in another cell": ([f"def {NAME}(message):", "    return message._request_id"], "raised"),
    "helper deleted": ([USES_HELPER], "raised"),
    "constant that raises": (["NAME = 1 / 0", HELPER, USES_HELPER], "raised"),
    "no cells": ([], "not_started"),
}


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """One for all."""
    with Nursery() as nursery:
        yield nursery


@pytest.mark.parametrize(("cells", "outcome"), CELLS.values(), ids=CELLS)
def test_notebook(nursery: Nursery, write_notebook: WriteNotebook, cells: Sequence[str], outcome: str) -> None:
    """In a notebook of its lesson."""
    report = grade(write_notebook(*cells, name="00_start_here.ipynb"), only=NAME, nursery=nursery)
    assert report.verdicts[0].outcome == outcome, report.verdicts[0].message


@pytest.mark.parametrize("name", ["alone", "split into three cells", "mended below", "spoilt below", "deleted"])
@pytest.mark.parametrize("between", ["\n\n# %%\n", "\n\n"])
def test_script(nursery: Nursery, tmp_path: Path, name: str, between: str) -> None:
    """In a script, with marks between its cells and without, and named like anything."""
    cells, outcome = CELLS[name]
    (tmp_path / "mine.py").write_text(between.join(cells), "utf-8-sig")
    report = grade(tmp_path / "mine.py", only=NAME, nursery=nursery)
    assert report.verdicts[0].outcome == outcome, report.verdicts[0].message


METADATA: Final[Mapping[str, Any]] = {
    "another kernel": {"kernelspec": {"name": "no-such-kernel", "display_name": "Julia", "language": "julia"}},
    "none": {},
    "not even an object": None,
}


@pytest.mark.parametrize("metadata", METADATA.values(), ids=METADATA)
def test_kernel(nursery: Nursery, write_notebook: WriteNotebook, metadata: Any) -> None:
    """No kernel is started, so its name does not matter."""
    path = write_notebook(RIGHT, name="mine.ipynb", metadata=metadata)
    assert grade(path, nursery=nursery).passed


def test_everything_says_the_same(nursery: Nursery, write_notebook: WriteNotebook) -> None:
    """JSON, JUnit and Markdown have each exercise of the notebook's lesson, with the contract's fields."""
    report = grade(write_notebook(RIGHT, name="00_start_here.ipynb"), nursery=nursery)
    written = json.loads(as_json(report))
    assert {"score", "max_score", "exercises"} <= written.keys()
    assert (written["score"], written["max_score"]) == (1, 2)
    fields = {"name", "lesson", "outcome", "misconception", "message", "points", "max_points"}
    assert [one.keys() >= fields for one in written["exercises"]] == [True, True]
    names = [one["name"] for one in written["exercises"]]
    assert names == [name for name, exercise in EXERCISES.items() if exercise.lesson == "00_start_here"]
    assert all(name in text for name in names for text in (as_junit(report), as_markdown(report)))


def test_second_file(nursery: Nursery, write_notebook: WriteNotebook, tmp_path: Path) -> None:
    """In a folder, an exercise may stand in a file of any name; where it is still empty, the next file is looked at."""
    write_notebook(STUB, name="00_start_here.ipynb")
    write_notebook(RIGHT, name="copy.ipynb")
    (tmp_path / "broken.ipynb").write_text("{")
    report = grade(tmp_path, only=NAME, nursery=nursery)
    assert report.passed
    assert "broken.ipynb ends before it is complete" in report.notes[0]


def test_empty_copy(nursery: Nursery, write_notebook: WriteNotebook) -> None:
    """Where an empty copy stands below the one that was done, it is said which counts."""
    verdict = grade(write_notebook(RIGHT, STUB, name="mine.ipynb"), nursery=nursery).verdicts[0]
    assert verdict.message.endswith(
        f"{NAME} is defined 2 times: the last one counts, in mine.ipynb, cell 3, not the one in mine.ipynb, cell 2."
    )


def test_missing_says_what_was_left_out(nursery: Nursery, write_notebook: WriteNotebook, tmp_path: Path) -> None:
    """An exercise that is nowhere may be in a file, or in a cell, that could not be read. That is not green."""
    write_notebook(f"def {NAME}(:", name="mine.ipynb")
    (tmp_path / "copy.ipynb").write_text("{" + json.dumps(RIGHT))
    verdict = grade(tmp_path, only=NAME, nursery=nursery).verdicts[0]
    assert verdict.outcome == "raised"
    assert "copy.ipynb ends before it is complete" in verdict.message
    assert "mine.ipynb, cell 2 was left out: line 1 is not Python" in verdict.message
