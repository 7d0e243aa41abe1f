"""Lesson 09: write a log line worth keeping, with the request id in it."""

from typing import Final

from helpers.calling.exercise import Exercise, Lesson, lesson
from helpers.lessons.logging.drivers import call_with_logger, find, line_of, priced, watch, with_middleware

LESSON: Final[Lesson] = lesson(
    "09_logging",
    title="Logging",
    afterwards="write a log line worth keeping, with the request id in it",
    exercises=[
        Exercise("log_line", ("timestamp", "latency", "model", "message", "error", "request_id"), driver=line_of),
        Exercise("logged_ask", ("client", "prompt", "logger"), driver=call_with_logger),
        Exercise("attempt_logger", ("logger",), driver=with_middleware),
        Exercise("find_incident", ("lines",), driver=find),
        Exercise("cost_of", ("lines", "prices"), driver=priced, beside="beyond the sheet"),
        Exercise("should_page", ("lines",), driver=watch, beside="beyond the sheet"),
    ],
)
