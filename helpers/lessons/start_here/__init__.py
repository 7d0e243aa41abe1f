"""Lesson 00: see a stream, and the same stream cut half-way; use checks, hints, replay and live mode."""

from typing import Final

from helpers.calling.exercise import Exercise, Lesson, lesson
from helpers.lessons.start_here.drivers import answer_then_call

LESSON: Final[Lesson] = lesson(
    "00_start_here",
    title="Start here",
    afterwards="see a stream, and the same stream cut half-way; use checks, hints, replay and live mode",
    exercises=[
        Exercise("first_answer", ("client", "prompt")),
        Exercise("request_id_of", ("message",), driver=answer_then_call),
    ],
)
