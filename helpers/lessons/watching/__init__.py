"""Lesson 11: pass a stream on to a web page, and end it when the user leaves."""

from typing import Final

from helpers.calling.exercise import Lesson, lesson

LESSON: Final[Lesson] = lesson(
    "11_watching",
    title="The user is watching",
    afterwards="pass a stream on to a web page, and end it when the user leaves",
    exercises=[],
    draft=True,
    beside="beyond the sheet",
)
