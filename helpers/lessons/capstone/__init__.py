"""Lesson 10: repair a service that has all of these failures."""

from typing import Final

from helpers.calling.exercise import Exercise, Lesson, lesson
from helpers.lessons.capstone.busy_desk import BusyDesk
from helpers.lessons.capstone.drivers import run_day
from helpers.lessons.capstone.shift import run_shift
from helpers.lessons.capstone.support_bot import SupportBot

LESSON: Final[Lesson] = lesson(
    "10_capstone",
    title="Capstone",
    afterwards="repair a service that has all of these failures",
    exercises=[
        Exercise(
            "SupportBot",
            ("client", "ledger", "log", "clock"),
            driver=run_day,
            max_requests=2_000,
            given=SupportBot,
            patience=2,
        ),
        Exercise(
            "BusyDesk",
            ("client", "db", "clock"),
            driver=run_shift,
            max_requests=600,
            given=BusyDesk,
            patience=2,
            beside="beyond the sheet",
        ),
    ],
)
