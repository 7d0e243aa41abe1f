"""Lesson 04: choose between the three by who is waiting."""

from typing import Final

from helpers.calling.exercise import Exercise, Lesson, lesson
from helpers.lessons.choosing.drivers import call_with_calls, call_with_task

LESSON: Final[Lesson] = lesson(
    "04_choosing",
    title="Choosing",
    afterwards="choose between the three by who is waiting",
    exercises=[
        Exercise("choose", ("task",), driver=call_with_task),
        Exercise("misplaced", ("calls",), driver=call_with_calls),
    ],
)
