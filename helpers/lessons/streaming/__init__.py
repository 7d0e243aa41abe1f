"""Lesson 02: show text as it is written, and get the whole message from a stream."""

from typing import Final

from helpers.calling.exercise import Exercise, Lesson, lesson
from helpers.lessons.streaming.drivers import call_later, call_settled, write_on_time

LESSON: Final[Lesson] = lesson(
    "02_streaming",
    title="Streaming",
    afterwards="show text as it is written, and get the whole message from a stream",
    exercises=[
        Exercise("show", ("client", "prompt", "write"), driver=write_on_time),
        Exercise("stream_message", ("client", "prompt")),
        Exercise("time_to_first_text", ("client", "prompt", "clock"), driver=call_later),
        Exercise("ask_all", ("client", "prompts", "limit"), driver=call_settled),
    ],
)
