"""What people write, and what they are told: every attempt below this folder is judged as its name says.

`helpers/proofs/attempts.py` says what a name promises.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from helpers.judging.check import Check
from helpers.judging.checking import check_function
from helpers.lessons.found import EXERCISES, check_of
from helpers.proofs.attempts import (
    NODE,
    SEEDS,
    attempted,
    attempts_at,
    believed,
    handed_out,
    headings,
    our_solution,
    promised,
    told,
)
from helpers.typescript.node import problem

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
EVERY_TIME: Final = 2
"""So many of the seeds in every run, and all of them once a week."""
LEAST_WRONG: Final = 4
LEAST_RIGHT: Final = 2

ATTEMPTS: Final = sorted(path for path in HERE.glob("*/*/*") if path.suffix in (".py", ".ts"))
needs_node = pytest.mark.skipif(problem() is not None, reason=str(problem()))
attempts = pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(
            path,
            id=path.relative_to(HERE).with_suffix("").as_posix(),
            marks=[needs_node] if path.suffix == ".ts" else [],
        )
        for path in ATTEMPTS
    ],
)
seeds = pytest.mark.parametrize(
    "seed",
    [pytest.param(seed, marks=[] if place < EVERY_TIME else pytest.mark.weekly) for place, seed in enumerate(SEEDS)],
)
checks = pytest.mark.parametrize(
    "check",
    [
        pytest.param(check_of(one), id=name, marks=[needs_node] if one.language == "typescript" else [])
        for name, one in EXERCISES.items()
    ],
)


@pytest.fixture(scope="module", autouse=True)
def _no_process_is_left() -> Iterator[None]:
    yield
    NODE.end()


@seeds
@attempts
def test_attempt(attempt: Path, seed: int) -> None:
    """An attempt is told what its name says, whatever words are drawn."""
    verdict = check_function(check_of(EXERCISES[attempt.parent.name]), attempted(attempt), seed)
    assert told(verdict) == promised(attempt), verdict.message


@attempts
def test_attempt_is_in_its_place(attempt: Path) -> None:
    """An attempt stands under its exercise's lesson and begins with what its author believed."""
    assert EXERCISES[attempt.parent.name].lesson == attempt.parents[1].name
    assert believed(attempt)


@checks
def test_enough_attempts(check: Check) -> None:
    """Every exercise has been failed in four ways and passed in two."""
    assert len(attempts_at(check, ROOT, "wrong")) >= LEAST_WRONG
    assert len(attempts_at(check, ROOT, "right")) >= LEAST_RIGHT


@checks
def test_every_misconception_is_covered(check: Check) -> None:
    """Each misconception has an attempt that shows it, and each wrong attempt a misconception that names it."""
    shown = {promised(attempt)[1] for attempt in attempts_at(check, ROOT, "wrong")}
    assert shown == {misconception.id for misconception in check.misconceptions}


@checks
def test_every_misconception_leads_on(check: Check) -> None:
    """A wrong attempt is told a cause, a next step, and a section of its lesson that exists."""
    for attempt in attempts_at(check, ROOT, "wrong"):
        verdict = check_function(check, attempted(attempt))
        assert verdict.message.partition(": ")[2].strip(), attempt.name
        assert verdict.next_step.strip(), attempt.name
        assert verdict.reread in headings(check, ROOT), attempt.name


@checks
def test_hints_are_a_ladder(check: Check) -> None:
    """Three hints, no two alike."""
    assert len({hint.strip() for hint in check.hints} - {""}) == 3


@checks
def test_stub_is_not_started(check: Check) -> None:
    """What the learner is given is judged as not started, and defining it raises nothing."""
    assert check_function(check, handed_out(check, ROOT)).outcome == "not_started"


@checks
@seeds
def test_our_solution_passes(check: Check, seed: int) -> None:
    """Our own solution is right."""
    verdict = check_function(check, our_solution(check, ROOT), seed)
    assert verdict.outcome == "passed", verdict.message
