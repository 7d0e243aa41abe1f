"""Slips in our solutions in TypeScript: every one is noticed, and our solution passes."""

from pathlib import Path
from typing import Final

import pytest

from helpers.judging.checking import check_function
from helpers.judging.solutions import solution_source
from helpers.lessons.typescript import LESSON
from helpers.proofs.attempts import our_solution
from helpers.proofs.mutants import Mutant, mutants_of
from helpers.typescript.functions import define
from helpers.typescript.node import problem

from .test_attempts import CHECKS

ROOT: Final = Path(__file__).parents[3]
LEAST: Final = 8
MUTANTS: Final = [mutant for exercise in LESSON.exercises for mutant in mutants_of(exercise, ROOT)]
needs_node = pytest.mark.skipif(problem() is not None, reason=str(problem()))


@needs_node
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.exercise.name}/{mutant.operator}")
def test_noticed(mutant: Mutant, tmp_path: Path) -> None:
    """Its types fit, so that it is the check that notices it."""
    name = mutant.exercise.name
    (tmp_path / f"{mutant.exercise.lesson}.py").write_text(mutant.source, "utf-8")
    cell, functions = define(name, solution_source(mutant.exercise, tmp_path))
    assert cell.problems == ()
    assert check_function(CHECKS[name], functions[name]).outcome not in ("passed", "checker_broken")


@needs_node
@pytest.mark.parametrize("name", CHECKS)
def test_ours_passes(name: str) -> None:
    """What they were made of is right."""
    assert check_function(CHECKS[name], our_solution(CHECKS[name], ROOT)).outcome == "passed"


@pytest.mark.parametrize("name", CHECKS)
def test_enough(name: str) -> None:
    """Each exercise has some."""
    assert sum(mutant.exercise.name == name for mutant in MUTANTS) >= LEAST
