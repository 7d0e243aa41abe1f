"""Lesson A2, optional: the tests of an app that is no exercise, and one that they find four faults in."""

from typing import Final

from helpers.calling.exercise import Exercise, Lesson, lesson
from helpers.lessons.your_app.drivers import answer_one
from helpers.lessons.your_app.help_desk import HelpDesk

LESSON: Final[Lesson] = lesson(
    "A2_your_app",
    title="Your app",
    afterwards="test your own service on this wire",
    exercises=[Exercise("HelpDesk", ("client", "log"), driver=answer_one, given=HelpDesk)],
    beside="optional",
)
