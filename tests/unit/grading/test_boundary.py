"""The boundary holds for every exercise: what a function is told does not depend on the side that it runs on."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest

from helpers.grading.grader import grade, open_grader
from helpers.grading.report import Report
from helpers.grading.submission import Submission, read_file
from helpers.judging.checking import check_function
from helpers.judging.verdict import Verdict
from helpers.lessons.found import EXERCISES, check_named

ROOT: Final = Path(__file__).parents[3]
ATTEMPTS: Final = sorted((ROOT / "tests/attempts").glob("*/*/*.py"))
CHILDREN: Final = 4
"""They mostly wait: for streams that stall."""
SEED: Final = 20_261

Graded = Mapping[Path, Verdict]


def _grade_attempts(attempts: list[Path]) -> dict[Path, Verdict]:
    """The verdicts on many attempts, one after the other in one child."""
    submission = Submission("attempts", tuple(map(read_file, attempts)), whole=False)
    with open_grader(submission, SEED) as grader:
        return {path: grader.verdict_on(EXERCISES[path.parent.name], index) for index, path in enumerate(attempts)}


def _is_another(attempt: Path) -> bool:
    """Whether an attempt is one more at the same mistake: `wrong_own_id__2`. These are graded once a week."""
    return "__" in attempt.stem


@pytest.fixture(scope="module")
def graded(request: pytest.FixtureRequest) -> Graded:
    """The verdict on every attempt, from outside."""
    weekly = request.config.getoption("--weekly")
    attempts = [path for path in ATTEMPTS if weekly or not _is_another(path)]
    with ThreadPoolExecutor(CHILDREN) as pool:
        parts = pool.map(_grade_attempts, [attempts[first::CHILDREN] for first in range(CHILDREN)])
        return {path: verdict for part in parts for path, verdict in part.items()}


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(
            path,
            id="/".join(path.with_suffix("").parts[-3:]),
            marks=pytest.mark.weekly if _is_another(path) else [],
        )
        for path in ATTEMPTS
    ],
)
def test_same_verdict(graded: Graded, attempt: Path) -> None:
    """From outside, an attempt is told what it is told in the notebook."""
    inside = check_function(check_named(attempt.parent.name), _defined(attempt, attempt.parent.name), SEED)
    outside = graded[attempt]
    told = (outside.outcome, outside.misconception)
    assert told == (inside.outcome, inside.misconception), outside.message
    assert outside.wrong == inside.wrong


def _defined(attempt: Path, name: str) -> Callable[..., Any]:
    namespace: dict[str, Any] = {"__name__": "attempt"}
    exec(compile(attempt.read_text("utf-8"), str(attempt), "exec"), namespace)
    function: Callable[..., Any] = namespace[name]
    return function


@pytest.fixture(scope="module")
def ours() -> Report:
    """The report on our own solutions."""
    return grade(ROOT / "solutions")


@pytest.fixture(scope="module")
def untouched() -> Report:
    """The report on the notebooks as a learner gets them."""
    return grade(ROOT / "notebooks")


@pytest.mark.parametrize("name", EXERCISES)
def test_solutions_pass(ours: Report, name: str) -> None:
    """Our solution of every exercise earns its points."""
    verdict = next(one for one in ours.verdicts if one.exercise.name == name)
    assert verdict.outcome == "passed", f"{verdict.message} (seed {ours.seed})"


@pytest.mark.parametrize("name", EXERCISES)
def test_stubs_are_not_started(untouched: Report, name: str) -> None:
    """The stub of every exercise is found, and is not started."""
    verdict = next(one for one in untouched.verdicts if one.exercise.name == name)
    said = "Its body is still empty." if verdict.exercise.given is None else "It is still as it was given."
    assert (verdict.outcome, verdict.message) == ("not_started", said)


def test_full_marks(ours: Report, untouched: Report) -> None:
    """All points for the solutions, none for the stubs, and each exercise once."""
    assert (ours.score, untouched.score) == (ours.max_score, 0)
    assert [verdict.exercise.name for verdict in ours.verdicts] == list(EXERCISES)
    assert ours.passed
    assert not untouched.passed
