"""Lesson 08: handle a stream that breaks after its 200, however it ends."""

from typing import Final

from helpers.calling.exercise import Exercise, Lesson, lesson
from helpers.lessons.midstream.drivers import ask_until_interrupted, write_until_interrupted

LESSON: Final[Lesson] = lesson(
    "08_midstream",
    title="Mid-stream",
    afterwards="handle a stream that breaks after its 200, however it ends",
    exercises=[
        Exercise("stream_safely", ("client", "prompt", "write"), driver=write_until_interrupted),
        Exercise("continue_from", ("client", "prompt", "partial")),
        Exercise("answer", ("client", "prompt", "attempts"), driver=ask_until_interrupted, max_requests=20),
    ],
)
