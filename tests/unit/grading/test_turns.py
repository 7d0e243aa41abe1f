"""When graded, cases come in an order and a number that nobody can know; what is said is what the notebook says."""

import functools
import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest

from helpers.calling.exercise import Exercise
from helpers.calling.observation import Conduct, Observation
from helpers.grading.turns import Turn, draw_turns, still_to_run, verdict_on
from helpers.judging.check import Check, Run
from helpers.judging.checking import run_case
from helpers.judging.drawing import draw_cases
from helpers.judging.verdict import Verdict
from helpers.lessons.found import EXERCISES, check_named, check_of
from helpers.proofs.attempts import our_solution

ROOT: Final = Path(__file__).parents[3]
SEEDS: Final = (3, 2**127, 20_261)
FEW: Final = ("choose", "dedup_key", "fits", "should_retry")
"""Exercises whose answer is one of a few."""

Said: TypeAlias = tuple[Exception | None, Any]
Table: TypeAlias = list[list[Said]]
"""For each case, by its position: what the function returned, or raised, at each of its calls."""


def run_turns(check: Check, seed: int, function: Callable[[int], Callable[..., Any]]) -> Verdict:
    """The verdict on `function(position)`, called in the case at that position as a grader calls it."""
    turns = draw_turns(check, seed)
    runs = {
        turn: run_case(check, turn.case, function(position), turn.engine_seed) for position, turn in enumerate(turns)
    }
    return verdict_on(check, runs)


def with_methods(given: type[Any], changed: Callable[[Callable[..., Any]], Callable[..., Any]]) -> type[Any]:
    """A class like `given`, whose public methods are `changed`."""
    methods = {name: one for name, one in vars(given).items() if inspect.isfunction(one) and not name.startswith("_")}
    assert methods
    return type(given.__name__, (given,), {name: changed(one) for name, one in methods.items()})


def noting(function: Callable[..., Any], said: list[Said]) -> Callable[..., Any]:
    """`function`, and what it says is noted down in `said`; of a class, what its public methods say."""
    if isinstance(function, type):
        return with_methods(function, lambda method: noting(method, said))

    def note(call: Callable[[], Any]) -> Any:
        try:
            value = call()
        except Exception as error:
            said.append((error, None))
            raise
        said.append((None, value))
        return value

    @functools.wraps(function)
    def called(*given: Any, **named: Any) -> Any:
        return note(lambda: function(*given, **named))

    @functools.wraps(function)
    async def awaited(*given: Any, **named: Any) -> Any:
        value = await function(*given, **named)
        return note(lambda: value)

    return awaited if inspect.iscoroutinefunction(function) else called


def by_heart(function: Callable[..., Any], said: list[Said]) -> Callable[..., Any]:
    """A function like `function` that says what was noted down, call by call, and does nothing else; or a class."""
    return _saying(function, iter([*said, *said[-1:] * 100]))


def _saying(function: Callable[..., Any], sayings: Iterator[Said]) -> Callable[..., Any]:
    if isinstance(function, type):
        return with_methods(function, lambda method: _saying(method, sayings))

    def say() -> Any:
        error, value = next(sayings, (None, None))
        if error is not None:
            raise error
        return value

    @functools.wraps(function)
    def called(*given: Any, **named: Any) -> Any:
        return say()

    @functools.wraps(function)
    async def awaited(*given: Any, **named: Any) -> Any:
        return say()

    return awaited if inspect.iscoroutinefunction(function) else called


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda one: one.name)
def test_tables(exercise: Exercise) -> None:
    """What our solution said to the first, the second, the third case of one seed does not pass with another."""
    check = check_of(exercise)
    ours = our_solution(check, ROOT)
    tables = {seed: list(_table(check, ours, seed)) for seed in SEEDS}
    for known, other in permutations(SEEDS, 2):
        table = tables[known]
        verdict = run_turns(check, other, lambda at, table=table: by_heart(ours, _at(table, at)))  # type: ignore[misc]
        assert verdict.outcome != "passed", f"what was right for {known} is right for {other}"


def _table(check: Check, ours: Callable[..., Any], seed: int) -> Iterator[list[Said]]:
    table: Table = [[] for _ in draw_turns(check, seed)]
    assert run_turns(check, seed, lambda at: noting(ours, table[at])).outcome == "passed"
    yield from table


def _at(table: Table, position: int) -> list[Said]:
    return table[position] if position < len(table) else []


@pytest.mark.parametrize("name", FEW)
def test_few_answers(name: str) -> None:
    """Where an answer is one of a few, no table of a seed is right for any of many others."""
    check = check_named(name)
    answers = [[dict(turn.case.expected) for turn in draw_turns(check, seed)] for seed in range(2, 22)]
    for known, other in permutations(answers, 2):
        assert known[: len(other)] != other


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda one: one.name)
def test_all_kinds(exercise: Exercise) -> None:
    """Each case of the seed is there, those that come again do, and the next seeds draw them."""
    check = check_of(exercise)
    names = [case.name for case in draw_cases(check, 5)]
    turns = draw_turns(check, 5)
    assert [turn.case.name for turn in sorted(turns) if turn.draw == 0] == names
    assert len(set(turns)) == len(turns)
    others = Counter(turn.case.name for turn in turns if turn.draw > 0)
    assert all(others[name] >= times for name, times in check.again.items())
    assert set(check.again) <= set(names)
    for turn in turns:
        again = draw_cases(check, 5 + turn.draw)[turn.place]
        assert (again.name, again.inputs) == (turn.case.name, turn.case.inputs)


def test_orders_and_numbers() -> None:
    """With another seed there are other positions, and sometimes another number of them."""
    check = check_named("first_answer")
    drawn = [[(turn.draw, turn.place) for turn in draw_turns(check, seed)] for seed in range(2, 30)]
    assert {len(turns) for turns in drawn} == {4, 5}
    assert len(set(map(tuple, drawn))) > 20
    assert drawn == [[(turn.draw, turn.place) for turn in draw_turns(check, seed)] for seed in range(2, 30)]


@pytest.fixture
def turns() -> list[Turn]:
    """Those of an exercise, in the order of its notebook."""
    return sorted(draw_turns(check_named("dedup_key"), 5))


def test_as_in_the_notebook(turns: list[Turn]) -> None:
    """The message is about the first wrong case of the notebook, however late it ran; the others come last."""
    check = check_named("dedup_key")
    wrong = {turn: Run(turn.case, Observation([turn.case.name, 5]), ()) for turn in reversed(turns)}
    verdict = verdict_on(check, wrong)
    assert (verdict.case, verdict.draw) == (turns[0].case.name, 0)
    assert [run.case for run in verdict.runs] == [turn.case for turn in turns if turn.draw == 0]


def test_another_draw(turns: list[Turn]) -> None:
    """Where the seed's own cases are right, the verdict says how much larger the seed is that draws the wrong one."""
    check = check_named("dedup_key")
    later = next(turn for turn in turns if turn.draw == 2)
    runs = {turn: Run(turn.case, _right(turn), ()) for turn in turns}
    assert verdict_on(check, runs).outcome == "passed"
    verdict = verdict_on(check, {**runs, later: Run(later.case, Observation([1, 2]), ())})
    assert (verdict.outcome, verdict.case, verdict.draw) == ("misconception", later.case.name, 2)


def _right(turn: Turn) -> Observation:
    keys = ["one", "one" if turn.case.expected["same"] else "other"]
    return Observation(keys, notes={"elsewhere": keys, "of_this_process": False})


def test_misbehaving(turns: list[Turn]) -> None:
    """What misbehaves is tried in the cases that the notebook has before, and is told what the notebook tells."""
    closed = Observation(conduct=Conduct(closed_client=True))
    assert still_to_run(turns[::-1], turns[3], Run(turns[3].case, closed, ())) == turns[:3]
    runs = {turn: Run(turn.case, closed, ()) for turn in (turns[3], turns[1])}
    verdict = verdict_on(check_named("dedup_key"), runs)
    assert (verdict.misconception, set(verdict.wrong)) == ("closed_the_client", {turns[1].case.name})


def test_never_ending(turns: list[Turn]) -> None:
    """All the time of a case is waited for once."""
    overran = Run(turns[3].case, Observation(conduct=Conduct(overran=10.0)), ())
    assert still_to_run(turns, turns[3], overran) == []
