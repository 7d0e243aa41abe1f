"""Lesson 11: pass a stream on to a web page, and end it when the user leaves."""

from typing import Final

from helpers.calling.exercise import Exercise, Lesson, lesson
from helpers.lessons.watching.drivers import open_pages, open_pages_that_tell, write_in_api_time

LESSON: Final[Lesson] = lesson(
    "11_watching",
    title="The user is watching",
    afterwards="pass a stream on to a web page, and end it when the user leaves",
    exercises=[
        Exercise("relay", ("client", "prompt"), driver=open_pages),
        Exercise("relay_until_gone", ("client", "prompt", "gone"), driver=open_pages_that_tell),
        Exercise("stream_within", ("client", "prompt", "write", "patience", "clock"), driver=write_in_api_time),
    ],
    beside="beyond the sheet",
)
