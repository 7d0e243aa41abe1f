"""Lessons and exercises that somebody named, of those that there are."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Final

from helpers.errors import CourseError
from helpers.lessons.found import EXERCISES

MOST_GUESSES: Final = 3


def lessons_named(names: Sequence[str]) -> tuple[str, ...]:
    """The lessons called `names`, in the order of the course; all of them when none is named.

    Raises `CourseError` for one that there is not.
    """
    known = tuple(dict.fromkeys(exercise.lesson for exercise in EXERCISES.values()))
    for name in names:
        if name not in known:
            close = get_close_matches(name, known, 1)
            guess = f"did you mean {close[0]}?" if close else f"they are {', '.join(known)}."
            raise CourseError(f"No lesson with exercises is called {name!r}: {guess}")
    return tuple(name for name in known if not names or name in names)


def exercises_named(names: Sequence[str], lessons: Sequence[str]) -> tuple[str, ...]:
    """The exercises called `names`, and those of the lessons called so, in the order of the course.

    Raises `CourseError` for one that there is not, or that is in none of `lessons`, which are those that count.
    """
    chosen = {name for each in names for name in _meant(each, lessons)}
    return tuple(name for name in EXERCISES if name in chosen)


def _meant(name: str, lessons: Sequence[str]) -> Iterator[str]:
    found = [exercise for exercise in EXERCISES.values() if name in (exercise.name, exercise.lesson)]
    if not found:
        known = (*EXERCISES, *lessons_named(()))
        close = get_close_matches(name, known, MOST_GUESSES)
        guess = f"did you mean {' or '.join(close)}?" if close else f"they are {', '.join(known)}."
        raise CourseError(f"No exercise and no lesson is called {name!r}: {guess}")
    for exercise in found:
        if exercise.lesson not in lessons:
            raise CourseError(f"{exercise.name} is in {exercise.lesson}, which --lesson leaves out: name that as well.")
        yield exercise.name
