"""The lessons and exercises that are there, in the order of the lessons' names, and the check of each exercise."""

import pkgutil
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from helpers import lessons
from helpers.calling.exercise import Exercise, Lesson
from helpers.errors import CourseError

if TYPE_CHECKING:
    from helpers.judging.check import Check


def _find() -> Mapping[str, str]:
    """By the name of a lesson, that of its package."""
    packages = [f"{lessons.__name__}.{one.name}" for one in pkgutil.iter_modules(lessons.__path__) if one.ispkg]
    return {import_module(package).LESSON.name: package for package in packages}


_PACKAGES: Final = _find()

LESSONS: Final[Mapping[str, Lesson]] = {name: import_module(_PACKAGES[name]).LESSON for name in sorted(_PACKAGES)}
"""Every lesson that has exercises, by its name, such as `08_midstream`."""

EXERCISES: Final[Mapping[str, Exercise]] = {one.name: one for each in LESSONS.values() for one in each.exercises}
"""Every exercise of the course, by its name."""


def exercise_named(name: str) -> Exercise:
    """The exercise with this name. Raises `CourseError` naming the one that may be meant."""
    if name in EXERCISES:
        return EXERCISES[name]
    close = get_close_matches(name, EXERCISES, 1)
    guess = f"did you mean {close[0]}?" if close else f"they are {', '.join(EXERCISES)}."
    raise CourseError(f"No exercise is called {name!r}: {guess}")


@cache
def check_of(exercise: Exercise) -> "Check":
    """What judges `exercise`. Imported when it is asked for: a process that runs a learner's code never asks."""
    check: Check = import_module(f"{_PACKAGES[exercise.lesson]}.checks.{exercise.name.lower()}").CHECK
    return check


def check_named(name: str) -> "Check":
    """What judges the exercise with this name. Raises `CourseError` where there is none."""
    return check_of(exercise_named(name))
