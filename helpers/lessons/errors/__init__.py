"""Lesson 05: read the error map, the error body and the size limits."""

from typing import Final

from helpers.calling.exercise import Exercise, Lesson, lesson
from helpers.lessons.errors.drivers import build_and_ask, fail_and_tell

LESSON: Final[Lesson] = lesson(
    "05_errors",
    title="Errors",
    afterwards="read the error map, the error body and the size limits",
    exercises=[
        Exercise("error_fields", ("error",), driver=fail_and_tell),
        Exercise("should_retry", ("error",), driver=fail_and_tell),
        Exercise("call_once", ("client",), more="params"),
        Exercise("fits", ("endpoint", "payload"), driver=build_and_ask, patience=2),
    ],
)
