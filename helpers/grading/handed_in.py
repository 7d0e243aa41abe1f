"""Grading what somebody handed in, however it is packed."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from helpers.errors import CourseError
from helpers.grading.choosing import lessons_named
from helpers.grading.gathering import as_handed_in
from helpers.grading.grader import grade
from helpers.grading.nursery import Isolation
from helpers.grading.report import Report


def grade_handed_in(
    path: Path,
    *,
    only: str | None,
    lessons: Sequence[str],
    seed: int | None,
    seconds_per_submission: float,
    isolation: Isolation | None,
) -> Report:
    """The report on what is at `path`. Raises `CourseError` when it cannot be graded."""
    counted = lessons_named(lessons) if lessons else ()
    with as_handed_in(path) as (place, notes):
        try:
            report = grade(
                place,
                only=only,
                lessons=counted,
                seed=seed,
                seconds_per_submission=seconds_per_submission,
                isolation=isolation,
            )
        except CourseError as error:
            raise CourseError(str(error).replace(str(place), str(path))) from error
    return replace(report, notes=(*notes, *report.notes))
