"""Checking a function in the process that it lives in: at once, for the notebook.

Grading judges the same checks from outside.
"""

import dis
import inspect
import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FunctionType
from typing import Any, Final

from helpers.client import async_replay_client, replay_client
from helpers.errors import CourseError
from helpers.exercises.conduct import misbehaved
from helpers.exercises.exercise import Case, Exercise, Run
from helpers.exercises.stage import Stage, observe
from helpers.exercises.verdict import Verdict, checker_broken, judge, not_started, signature_changed
from helpers.replay import Engine
from helpers.replay.clock import Clock
from helpers.settings import MODEL

NOTEBOOK_SEED: Final = 1
"""In a notebook the same cases come every time, so that one can think about them. Graders draw a seed."""
SECONDS_PER_CASE: Final = 5.0
"""Nothing that passes takes a tenth of it. A grader waits longer: it has sockets, and streams that stall."""


def check_function(
    exercise: Exercise, function: Callable[..., Any], seed: int = NOTEBOOK_SEED, seconds: float = SECONDS_PER_CASE
) -> Verdict:
    """The verdict on `function`, which gets so many `seconds` for each case. Never raises because of what the learner
    wrote.
    """
    if is_untouched(exercise, function):
        return not_started(exercise)
    problem = signature_problem(exercise, function)
    if problem is not None:
        return signature_changed(exercise, problem)
    try:
        return judge(exercise, _runs(exercise, function, seed, seconds))
    except Exception as error:  # noqa: BLE001 - whatever fails here is ours, and is said to be
        return checker_broken(exercise, error)


def draw_cases(exercise: Exercise, seed: int) -> Sequence[Case]:
    """The cases of `exercise` for this seed."""
    return exercise.cases(random.Random(seed))


def engine_for(exercise: Exercise, case: Case, seed: int) -> Engine:
    """The engine that answers in one case."""
    return Engine(case.scenario, seed=seed, models=(MODEL,), max_requests=exercise.max_requests)


def _runs(exercise: Exercise, function: Callable[..., Any], seed: int, seconds: float) -> list[Run]:
    runs: list[Run] = []
    for index, case in enumerate(draw_cases(exercise, seed)):
        runs.append(run_case(exercise, case, function, seed + index, seconds))
        if misbehaved(exercise, runs[-1]):
            break
    return runs


def run_case(
    exercise: Exercise, case: Case, function: Callable[..., Any], seed: int, seconds: float = SECONDS_PER_CASE
) -> Run:
    """What happens in one case."""
    engine = engine_for(exercise, case, seed)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, replay_client(engine) as client:
        clock = EngineClock(engine.clock)
        stage = Stage(client, lambda: async_replay_client(engine), case.inputs, clock, Path(folder))
        observation = observe(function, exercise.driver, stage, seconds * exercise.patience)
        artefacts = exercise.inspect(stage.folder) if exercise.inspect else None
    return Run(case, observation, tuple(engine.log), artefacts)


class EngineClock:
    """The engine's own clock, as a learner's function is given it: sleeping moves it forward and takes no time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        """The present, in seconds of API time."""
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        """Let `seconds` of API time pass. Raises `ValueError` where they are no number, or would never be over."""
        if not math.isfinite(seconds):
            raise ValueError(f"a sleep of {seconds} seconds has no end")
        self._clock.reach(self._clock.now() + max(seconds, 0.0))


def is_untouched(exercise: Exercise, function: Callable[..., Any]) -> bool:
    """Whether nothing has been done yet: the function is a stub, or the class has the code that was given."""
    if exercise.given is None:
        return is_stub(function)
    if not isinstance(function, type):
        kind = type(function).__name__
        raise CourseError(f"{exercise.name} is a class, not {kind}: write its name alone, without brackets after it.")
    return _code_of(function) == _code_of(exercise.given)


def _code_of(made: type) -> dict[str, Any]:
    """By name, what the methods of a class do and what its other attributes are, wherever it was defined."""
    return {
        name: _flattened(value.__code__) if isinstance(value, FunctionType) else repr(value)
        for name, value in vars(made).items()
        if not (name.startswith("__") and name.endswith("__") and not isinstance(value, FunctionType))
    }


def _flattened(code: CodeType) -> list[Any]:
    # Code objects compare by their lines too: two that do the same at different lines would differ.
    return [
        (one.opname, _flattened(one.argval) if isinstance(one.argval, CodeType) else one.argval)
        for one in dis.get_instructions(code)
    ]


def is_stub(function: Callable[..., Any]) -> bool:
    """Whether the body of `function` does nothing: a docstring, `...`, `pass`, or a bare `return`."""
    if not isinstance(function, FunctionType):
        kind = type(function).__name__
        raise CourseError(f"check() takes a function, not {kind}: write its name alone, without brackets after it.")
    empty = _empty_async if inspect.iscoroutinefunction(function) else _empty
    return _instructions(function) == _instructions(empty)


def _empty() -> None: ...


async def _empty_async() -> None: ...


def _instructions(function: Callable[..., Any]) -> list[tuple[str, Any]]:
    # Not the bytecode itself: a docstring moves the constants about.
    return [(one.opname, one.argval) for one in dis.get_instructions(function) if one.opname != "RESUME"]


def signature_problem(exercise: Exercise, function: Callable[..., Any]) -> str | None:
    """What is wrong with the parameters of `function`; None when it can be called as the exercise says."""
    parameters = inspect.signature(function).parameters.values()
    needed = [one.name for one in parameters if one.default is one.empty and one.kind is not one.VAR_KEYWORD]
    names = [one.name for one in parameters]
    if names[: len(exercise.parameters)] == list(exercise.parameters) and len(needed) <= len(exercise.parameters):
        return None
    return (
        f"{exercise.name} takes ({', '.join(exercise.parameters)}), but yours takes ({', '.join(names)}). "
        "Whoever calls it, and whoever grades it, relies on the first."
    )
