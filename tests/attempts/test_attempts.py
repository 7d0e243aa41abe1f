"""What people write, and what they are told: every attempt below this folder is judged as its name says.

    LESSON/FUNCTION/right_STYLE.py        passes
    LESSON/FUNCTION/wrong_ID.py           is told exactly the misconception ID; a second one is wrong_ID__2.py
    LESSON/FUNCTION/raised_REASON.py      is shown the line of its own that raised

An attempt defines the function and imports what it needs; its docstring says what its author believed.
"""

import ast
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from helpers.authoring.cells import is_code
from helpers.authoring.markers import BEGIN, END
from helpers.authoring.source import read_lesson
from helpers.authoring.transformations import LEARNER, apply
from helpers.calling.exercise import Exercise
from helpers.judging.checking import NOTEBOOK_SEED, check_function
from helpers.judging.verdict import Verdict
from helpers.lessons.found import EXERCISES, check_of

HERE: Final = Path(__file__).parent
SOLUTIONS: Final = HERE.parents[1] / "solutions"
SEEDS: Final = (NOTEBOOK_SEED, 7, 1_000, 20_261)
"""The notebook's own, and three more: no verdict may hang on the words that were drawn."""
LEAST_WRONG: Final = 4
LEAST_RIGHT: Final = 2

ATTEMPTS: Final = sorted(HERE.glob("*/*/*.py"))
exercises = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)


def _define(source: str, file: Path, name: str) -> Callable[..., Any]:
    """The function `name` that `source` defines, in a namespace of its own."""
    namespace: dict[str, Any] = {"__name__": "attempt"}
    exec(compile(source, str(file), "exec"), namespace)
    function: Callable[..., Any] = namespace[name]
    return function


def _definitions(source: str) -> str:
    """The imports, constants, functions and classes of a lesson, without what its cells do."""
    kept = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    body = [node for node in ast.parse(source).body if isinstance(node, kept) or _is_constant(node)]
    return ast.unparse(ast.Module(body, []))


def _is_constant(node: ast.stmt) -> bool:
    return isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id.isupper()


def _handed_out(lesson: str) -> str:
    """The code of a lesson as learners get it."""
    notebook = apply(LEARNER, read_lesson(SOLUTIONS / f"{lesson}.py", SOLUTIONS.parent).notebook)
    return "\n".join(cell.source for cell in notebook.cells if is_code(cell))


def _headings(lesson: str) -> Sequence[str]:
    return re.findall(r"^# #+ (.+)$", _lesson(lesson), re.MULTILINE)


def _lesson(name: str) -> str:
    return (SOLUTIONS / f"{name}.py").read_text("utf-8")


def _expected(attempt: Path) -> tuple[str, str | None]:
    """Outcome and misconception that the name of `attempt` promises."""
    kind, _, rest = attempt.stem.partition("_")
    if kind == "wrong":
        return "misconception", rest.partition("__")[0]
    return {"right": "passed", "raised": "raised"}[kind], None


def _told(verdict: Verdict) -> tuple[str, str | None]:
    return verdict.outcome, verdict.misconception


def _attempts_at(exercise: Exercise, kind: str) -> list[Path]:
    return sorted((HERE / exercise.lesson / exercise.name).glob(f"{kind}_*.py"))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda path: path.relative_to(HERE).with_suffix("").as_posix())
def test_attempt(attempt: Path, seed: int) -> None:
    """An attempt is told what its name says, whatever words are drawn."""
    exercise = EXERCISES[attempt.parent.name]
    verdict = check_function(check_of(exercise), _define(attempt.read_text("utf-8"), attempt, exercise.name), seed)
    assert _told(verdict) == _expected(attempt), verdict.message


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda path: path.relative_to(HERE).with_suffix("").as_posix())
def test_attempt_is_in_its_place(attempt: Path) -> None:
    """An attempt stands under its exercise's lesson and begins with what its author believed."""
    assert EXERCISES[attempt.parent.name].lesson == attempt.parents[1].name
    assert ast.get_docstring(ast.parse(attempt.read_text("utf-8")))


@exercises
def test_enough_attempts(exercise: Exercise) -> None:
    """Every exercise has been failed in four ways and passed in two."""
    assert len(_attempts_at(exercise, "wrong")) >= LEAST_WRONG
    assert len(_attempts_at(exercise, "right")) >= LEAST_RIGHT


@exercises
def test_every_misconception_is_covered(exercise: Exercise) -> None:
    """Each misconception has an attempt that shows it, and each wrong attempt a misconception that names it."""
    shown = {_expected(attempt)[1] for attempt in _attempts_at(exercise, "wrong")}
    assert shown == {misconception.id for misconception in check_of(exercise).misconceptions}


@exercises
def test_every_misconception_leads_on(exercise: Exercise) -> None:
    """A wrong attempt is told a cause, a next step, and a section of its lesson that exists."""
    for attempt in _attempts_at(exercise, "wrong"):
        verdict = check_function(check_of(exercise), _define(attempt.read_text("utf-8"), attempt, exercise.name))
        assert verdict.message.partition(": ")[2].strip(), attempt.name
        assert verdict.next_step.strip(), attempt.name
        assert verdict.reread in _headings(exercise.lesson), attempt.name


@exercises
def test_hints_are_a_ladder(exercise: Exercise) -> None:
    """Three hints, no two alike."""
    assert len({hint.strip() for hint in check_of(exercise).hints} - {""}) == 3


@exercises
def test_stub_is_not_started(exercise: Exercise) -> None:
    """What the learner is given is judged as not started, and defining it raises nothing."""
    stub = _define(_definitions(_handed_out(exercise.lesson)), SOLUTIONS, exercise.name)
    assert check_function(check_of(exercise), stub).outcome == "not_started"


@exercises
@pytest.mark.parametrize("seed", SEEDS)
def test_our_solution_passes(exercise: Exercise, seed: int) -> None:
    """Our own solution is right."""
    lines = [line for line in _lesson(exercise.lesson).splitlines() if line.strip() not in (BEGIN, END)]
    ours = _define(_definitions("\n".join(lines)), SOLUTIONS, exercise.name)
    verdict = check_function(check_of(exercise), ours, seed)
    assert verdict.outcome == "passed", verdict.message
