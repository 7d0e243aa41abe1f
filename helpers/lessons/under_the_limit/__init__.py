"""Lesson 12: stay below the limit instead of bouncing off it."""

from typing import Final

from helpers.calling.exercise import Exercise, Lesson, lesson
from helpers.lessons.under_the_limit.breaker import Breaker
from helpers.lessons.under_the_limit.drivers import call_in_time, keep_calling, read_headers

LESSON: Final[Lesson] = lesson(
    "12_under_the_limit",
    title="Under the limit",
    afterwards="stay below the limit instead of bouncing off it",
    exercises=[
        Exercise("headroom", ("headers",), driver=read_headers),
        Exercise("paced", ("client", "prompts", "clock"), driver=call_in_time, max_requests=120),
        Exercise("adaptive", ("client", "prompts", "clock"), driver=call_in_time, max_requests=200),
        Exercise("Breaker", ("clock",), driver=keep_calling, max_requests=200, given=Breaker),
    ],
    beside="beyond the sheet",
)
