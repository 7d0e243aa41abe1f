"""What people write in TypeScript, and what they are told: every attempt is judged as its name says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from helpers.calling.exercise import Exercise
from helpers.judging.check import Check
from helpers.judging.checking import check_function
from helpers.lessons.typescript.checks import showtext, streammessage, streamsafely
from helpers.proofs.attempts import promised, told
from helpers.typescript.compiler import compile_cell
from helpers.typescript.functions import define
from helpers.typescript.node import problem
from helpers.typescript.runner import RUNNER

HERE: Final = Path(__file__).parents[2] / "attempts" / "A1_typescript"
CHECKS: Final = {check.exercise.name: check for check in (showtext.CHECK, streamsafely.CHECK, streammessage.CHECK)}
ATTEMPTS: Final = sorted(HERE.glob("*/*.ts"))
SEEDS: Final = (1, 20_261)
checks = pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
needs_node = pytest.mark.skipif(problem() is not None, reason=str(problem()))


@pytest.fixture(scope="module", autouse=True)
def _no_process_is_left() -> Iterator[None]:
    yield
    RUNNER.end()


@needs_node
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_attempt(attempt: Path, seed: int) -> None:
    """An attempt is told what its name says, whatever words are drawn."""
    name = attempt.parent.name
    function = define(name, attempt.read_text("utf-8"))[1][name]
    verdict = check_function(CHECKS[name], function, seed)
    assert told(verdict) == promised(attempt), verdict.message


@needs_node
@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_types_fit(attempt: Path) -> None:
    """Nobody is told of a mistake that the compiler has told them of before."""
    assert compile_cell(attempt.parent.name, attempt.read_text("utf-8")).problems == ()


@checks
def test_every_misconception_is_made(check: Check) -> None:
    """Each has an attempt, there are two right ones, and each attempt says what its author believed."""
    of_exercise = [attempt for attempt in ATTEMPTS if attempt.parent.name == check.exercise.name]
    wrong = {promised(attempt)[1] for attempt in of_exercise if attempt.stem.startswith("wrong")}
    assert wrong == {misconception.id for misconception in check.misconceptions}
    assert sum(attempt.stem.startswith("right") for attempt in of_exercise) >= 2
    assert all(attempt.read_text("utf-8").startswith("// ") for attempt in of_exercise)


@checks
def test_not_started(check: Check) -> None:
    """The stub, as it is handed out, is none of somebody's work."""
    if problem() is not None:
        pytest.skip(str(problem()))
    exercise: Exercise = check.exercise
    parameters = ", ".join(f"{name}: unknown" for name in exercise.parameters)
    body = '// Write your code here.\n  throw new Error("not written yet");'
    source = f"export async function {exercise.name}({parameters}): Promise<string> {{\n  {body}\n}}\n"
    assert check_function(check, define(exercise.name, source)[1][exercise.name]).outcome == "not_started"


@checks
def test_hints_are_a_ladder(check: Check) -> None:
    """Three hints, no two alike."""
    assert len(set(check.hints)) == 3
