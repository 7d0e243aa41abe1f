"""Lesson 13: run a batch that outlives the process that began it."""

from typing import Final

from helpers.calling.exercise import Exercise, Lesson, lesson
from helpers.lessons.nightly.drivers import call_ingest, call_run_night, call_submit_night

LESSON: Final[Lesson] = lesson(
    "13_nightly",
    title="A batch that outlives the process",
    afterwards="run a nightly batch that is paid once, wherever the process is killed",
    exercises=[
        Exercise("submit_night", ("client", "db", "documents"), driver=call_submit_night, max_requests=600),
        Exercise("ingest", ("client", "db", "batch_id"), driver=call_ingest, max_requests=900),
        Exercise(
            "run_night",
            ("client", "db", "documents", "sleep"),
            driver=call_run_night,
            max_requests=700,
            patience=2.0,
        ),
    ],
    beside="beyond the sheet",
)
