"""Lesson 01: make a call, read every stop reason, and know when one call is enough."""

from typing import Final

from helpers.calling.exercise import Exercise, Lesson, lesson
from helpers.lessons.standard.drivers import answer_then_judge

LESSON: Final[Lesson] = lesson(
    "01_standard",
    title="Standard calls",
    afterwards="make a call, read every stop reason, and know when one call is enough",
    exercises=[
        Exercise("ask", ("client", "prompt")),
        Exercise("usable_text", ("message",), driver=answer_then_judge),
        Exercise("long_report", ("client", "prompt", "max_tokens")),
    ],
)
