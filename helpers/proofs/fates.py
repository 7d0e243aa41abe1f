"""The fate of what is mutated: it is graded as a submission is, in a process that it cannot leave.

What hangs, fills the memory or ends its process takes no more than that process with it, after the time that a
learner's code has as well. The first case that goes wrong is the last one: more would tell nothing new.
"""

import signal
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal, Self, TypeAlias

from helpers.calling.exercise import Exercise
from helpers.grading.dialogue import Dialogue, Ended
from helpers.grading.grader import Grader, open_grader
from helpers.grading.nursery import Nursery
from helpers.grading.submission import read_submission
from helpers.judging.check import Case, Check, Run
from helpers.judging.drawing import NOTEBOOK_SEED
from helpers.judging.verdict import judge
from helpers.lessons.found import exercise_named
from helpers.processors import usable
from helpers.replay.chance import Seed

Fate: TypeAlias = Literal["killed", "survived", "broke the checker"]
SEED: Final = NOTEBOOK_SEED
"""The same cases for everything, so that what survives today survives tomorrow."""


class Court:
    """Gives lessons their fates, with a process for each processor."""

    def __enter__(self) -> Self:
        # Forked ones would hold on to each other's children.
        context = get_context("spawn")
        self._pool = ProcessPoolExecutor(len(usable()), context, signal.signal, (signal.SIGINT, signal.SIG_IGN))
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def fates(self, exercise: Exercise, sources: Iterable[str]) -> Iterator[Fate]:
        """What becomes of `exercise` in each of these sources of its lesson."""
        return self._pool.map(_fate_of, ((exercise.name, source) for source in sources))


def fate(exercise: Exercise, source: str, nursery: Nursery) -> Fate:
    """What becomes of `exercise` in this source of its lesson."""
    with TemporaryDirectory() as folder:
        file = Path(folder, f"{exercise.lesson}.py")
        file.write_text(source, "utf-8")
        with open_grader(read_submission(file), SEED, nursery=nursery) as grader:
            outcome = _Hasty(**_fields(grader)).verdict(exercise).outcome
    return "survived" if outcome == "passed" else "broke the checker" if outcome == "checker_broken" else "killed"


class _Hasty(Grader):
    """A grader for which the first case that goes wrong is the end. A verdict passes where that of each run does."""

    def _run(self, check: Check, case: Case, place: dict[str, Any], seed: Seed, dialogue: Dialogue) -> Run:
        run = super()._run(check, case, place, seed, dialogue)
        if judge(check, [run]).outcome != "passed":
            raise Ended("went wrong")
        return run


def _fields(grader: Grader) -> Mapping[str, Any]:
    return {one.name: getattr(grader, one.name) for one in fields(grader)}


def _fate_of(arguments: tuple[str, str]) -> Fate:
    name, source = arguments
    return fate(exercise_named(name), source, _nursery())


@cache
def _nursery() -> Nursery:
    """That of this process, for as long as it lives: what it made ends with it."""
    return Nursery()
