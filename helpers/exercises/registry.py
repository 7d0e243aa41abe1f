"""Every exercise of the course, by name and in the order of the lessons."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

from helpers.errors import CourseError
from helpers.exercises import (
    batches,
    capstone,
    choosing,
    error_map,
    idempotency,
    log_lines,
    midstream,
    retries,
    standard,
    start_here,
    streaming,
)
from helpers.exercises.exercise import Exercise

_LESSONS: Final = (
    start_here,
    standard,
    streaming,
    batches,
    choosing,
    error_map,
    retries,
    idempotency,
    midstream,
    log_lines,
    capstone,
)

EXERCISES: Final[Mapping[str, Exercise]] = {
    exercise.name: exercise for lesson in _LESSONS for exercise in lesson.EXERCISES
}


def exercise_named(name: str) -> Exercise:
    """The exercise with this name. Raises `CourseError` naming the one that may be meant."""
    if name in EXERCISES:
        return EXERCISES[name]
    close = get_close_matches(name, EXERCISES, 1)
    guess = f"did you mean {close[0]}?" if close else f"they are {', '.join(EXERCISES)}."
    raise CourseError(f"No exercise is called {name!r}: {guess}")
