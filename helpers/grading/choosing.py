"""Lessons that somebody named, of those that have exercises."""

from collections.abc import Sequence
from difflib import get_close_matches

from helpers.errors import CourseError
from helpers.lessons.found import EXERCISES


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
