"""Lesson 06: know what the SDK retries, what you configure, and what it can't decide."""

from typing import Final

from helpers.calling.exercise import Exercise, Lesson, lesson
from helpers.lessons.retries.drivers import use_client, within

LESSON: Final[Lesson] = lesson(
    "06_retries",
    title="Retries",
    afterwards="know what the SDK retries, what you configure, and what it can't decide",
    exercises=[
        Exercise("patient", ("client",), driver=use_client),
        Exercise("ask_within", ("client", "prompt", "seconds", "clock"), driver=within),
        Exercise("ask_with_fallback", ("client", "prompt", "models")),
    ],
)
