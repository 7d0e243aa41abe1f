"""Checking a function in the process that it lives in: at once, for the notebook.

Grading judges the same checks from outside.
"""

import math
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from helpers.calling.exercise import Exercise
from helpers.calling.signature import is_untouched, signature_problem
from helpers.calling.stage import Stage, observe
from helpers.client import async_replay_client, replay_client, sending_replay_client
from helpers.judging.check import Case, Check, Run
from helpers.judging.conduct import misbehaved
from helpers.judging.drawing import NOTEBOOK_SEED, draw_cases, engine_seed
from helpers.judging.verdict import Verdict, checker_broken, judge, not_available, not_started, signature_changed
from helpers.replay import Engine
from helpers.replay.chance import Seed
from helpers.replay.clock import Clock
from helpers.settings import MODEL
from helpers.typescript import node

SECONDS_PER_CASE: Final = 5.0
"""Nothing that passes takes a tenth of it. A grader waits longer: it has sockets, and streams that stall."""


def check_function(
    check: Check, function: Callable[..., Any], seed: int = NOTEBOOK_SEED, seconds: float = SECONDS_PER_CASE
) -> Verdict:
    """The verdict on `function`, which gets so many `seconds` for each case. Never raises because of what the learner
    wrote.
    """
    if check.exercise.language == "typescript" and (why_not := node.problem()) is not None:
        return not_available(check.exercise, why_not)
    if is_untouched(check.exercise, function):
        return not_started(check.exercise)
    problem = signature_problem(check.exercise, function)
    if problem is not None:
        return signature_changed(check.exercise, problem)
    try:
        return judge(check, run_cases(check, function, seed, seconds))
    except Exception as error:  # noqa: BLE001 - whatever fails here is ours, and is said to be
        return checker_broken(check.exercise, error)


def engine_for(exercise: Exercise, case: Case, seed: Seed) -> Engine:
    """The engine that answers in one case."""
    return Engine(case.scenario, seed=seed, models=(MODEL,), max_requests=exercise.max_requests)


def run_cases(
    check: Check, function: Callable[..., Any], seed: int = NOTEBOOK_SEED, seconds: float = SECONDS_PER_CASE
) -> list[Run]:
    """What happens in each case, as far as `function` behaves."""
    runs: list[Run] = []
    for index, case in enumerate(draw_cases(check, seed)):
        runs.append(run_case(check, case, function, engine_seed(check, seed, index), seconds))
        if misbehaved(check, runs[-1]):
            break
    return runs


def run_case(
    check: Check, case: Case, function: Callable[..., Any], seed: Seed, seconds: float = SECONDS_PER_CASE
) -> Run:
    """What happens in one case."""
    exercise = check.exercise
    engine = engine_for(exercise, case, seed)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, replay_client(engine) as client:
        clock = EngineClock(engine.clock)
        stage = Stage(
            client,
            lambda: async_replay_client(engine),
            case.inputs,
            clock,
            Path(folder),
            lambda: sending_replay_client(engine),
        )
        observation = observe(function, exercise.driver, stage, seconds * exercise.patience)
        artefacts = check.inspect.read(stage.folder) if check.inspect else None
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
