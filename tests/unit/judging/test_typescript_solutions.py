"""Ours and theirs, where the exercise is written in TypeScript."""

from pathlib import Path
from typing import Final

import pytest

from helpers.calling.exercise import Exercise
from helpers.calling.observation import Observation
from helpers.errors import CourseError
from helpers.judging import solutions
from helpers.judging.check import Case, Run
from helpers.judging.returning import wrong_type
from helpers.judging.solutions import solution_source, written_source
from helpers.replay import SCENARIOS
from helpers.typescript.functions import SOURCE

DOUBLE: Final = Exercise("double", ("n",), lesson="A9_numbers", language="typescript")
LESSON: Final = """\
# %% magic_args="double" language="typescript"
# export async function double(n: number): Promise<number> {
#   // ### BEGIN SOLUTION
#   return 2 * n;
#   // ### END SOLUTION
# }

# %%
check(double)
"""


@pytest.fixture(autouse=True)
def _lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solutions, "FOLDER", tmp_path)
    (tmp_path / "A9_numbers.py").write_text(LESSON, "utf-8")


def test_ours() -> None:
    """Without the markers, and without the comment that it is to Python."""
    assert solution_source(DOUBLE) == ("export async function double(n: number): Promise<number> {\n  return 2 * n;\n}")


def test_none() -> None:
    """A lesson that does not solve it says so."""
    with pytest.raises(CourseError, match=r"A9_numbers\.py holds no solution of triple"):
        solution_source(Exercise("triple", ("n",), lesson="A9_numbers", language="typescript"))


def test_theirs() -> None:
    """What stands in the learner's cell; nothing where it is a stub."""

    def double(n: object) -> object:
        return n

    setattr(double, SOURCE, "\nexport const one = 1;\n")
    assert written_source(DOUBLE, double) == "export const one = 1;"


def test_no_type_is_expected() -> None:
    """Its compiler has seen to that."""
    run = Run(Case("plain", SCENARIOS["plain"], {}), Observation(value=1), ())
    assert wrong_type(DOUBLE, run) is None
