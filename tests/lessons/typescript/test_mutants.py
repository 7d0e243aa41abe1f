"""Slips in our solutions in TypeScript: every one is noticed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from helpers.calling.exercise import Exercise
from helpers.judging.checking import check_function
from helpers.judging.solutions import solution_source
from helpers.lessons.found import check_of
from helpers.lessons.typescript import LESSON
from helpers.proofs.attempts import NODE, in_typescript
from helpers.proofs.mutants import Mutant, mutants_of
from helpers.typescript.node import problem

ROOT: Final = Path(__file__).parents[3]
LEAST: Final = 8
MUTANTS: Final = [mutant for exercise in LESSON.exercises for mutant in mutants_of(exercise, ROOT)]
needs_node = pytest.mark.skipif(problem() is not None, reason=str(problem()))


@pytest.fixture(scope="module", autouse=True)
def _no_process_is_left() -> Iterator[None]:
    yield
    NODE.end()


@needs_node
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.exercise.name}/{mutant.operator}")
def test_noticed(mutant: Mutant, tmp_path: Path) -> None:
    """Its types fit, or it would have no function: so it is the check that notices it."""
    name = mutant.exercise.name
    (tmp_path / f"{mutant.exercise.lesson}.py").write_text(mutant.source, "utf-8")
    function = in_typescript(solution_source(mutant.exercise, tmp_path), name)
    assert check_function(check_of(mutant.exercise), function).outcome not in ("passed", "checker_broken")


@pytest.mark.parametrize("exercise", LESSON.exercises, ids=lambda exercise: exercise.name)
def test_enough(exercise: Exercise) -> None:
    """Each exercise has some."""
    assert sum(mutant.exercise.name == exercise.name for mutant in MUTANTS) >= LEAST
