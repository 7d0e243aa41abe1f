"""The lessons and exercises that are there, in the order of the lessons' names, and the check of each exercise."""

import pkgutil
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from helpers import lessons
from helpers.calling.exercise import Exercise, Lesson
from helpers.errors import CourseError

if TYPE_CHECKING:
    from helpers.judging.check import Check


def _find() -> Mapping[str, Lesson]:
    """By the name of its package, each lesson, in the order of the lessons' names."""
    packages = [f"{lessons.__name__}.{one.name}" for one in pkgutil.iter_modules(lessons.__path__) if one.ispkg]
    found = {package: _lesson_in(package) for package in packages}
    return dict(sorted(found.items(), key=lambda item: item[1].name))


def _lesson_in(package: str) -> Lesson:
    lesson = getattr(import_module(package), "LESSON", None)
    if isinstance(lesson, Lesson):
        return lesson
    raise CourseError(f"{_file(package)} has no LESSON: begin a lesson with `course new lesson`.")


def by_name(found: Iterable[Lesson]) -> Mapping[str, Exercise]:
    """Every exercise of these lessons, by its name. Raises `CourseError` where two have the same."""
    exercises: dict[str, Exercise] = {}
    for one in (each for lesson in found for each in lesson.exercises):
        if one.name in exercises:
            raise CourseError(
                f"{one.name} is an exercise of {exercises[one.name].lesson} and of {one.lesson}: rename one."
            )
        exercises[one.name] = one
    return exercises


def _file(package: str, name: str = "__init__") -> str:
    return f"{package.replace('.', '/')}/{name}.py"


_FOUND: Final = _find()

LESSONS: Final[Mapping[str, Lesson]] = {lesson.name: lesson for lesson in _FOUND.values() if not lesson.draft}
"""Every lesson that has exercises, by its name, such as `08_midstream`."""

DRAFTS: Final[Mapping[str, Lesson]] = {lesson.name: lesson for lesson in _FOUND.values() if lesson.draft}
"""Those that are still being written. Nothing else of the course knows of them."""

EXERCISES: Final[Mapping[str, Exercise]] = by_name(LESSONS.values())
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
    """What judges `exercise`. Imported when it is asked for: a process that runs a learner's code never asks.

    Raises `CourseError` where there is none.
    """
    folder = next(f"{package}.checks" for package, lesson in _FOUND.items() if lesson.name == exercise.lesson)
    name = exercise.name.lower()
    missing = CourseError(f"{exercise.name} has no check: {_file(folder, name)} is not there, or has no CHECK.")
    try:
        check: Check | None = getattr(import_module(f"{folder}.{name}"), "CHECK", None)
    except ModuleNotFoundError as error:
        if error.name not in (folder, f"{folder}.{name}"):
            raise
        raise missing from error
    if check is None:
        raise missing
    return check


def check_named(name: str) -> "Check":
    """What judges the exercise with this name. Raises `CourseError` where there is none."""
    return check_of(exercise_named(name))
