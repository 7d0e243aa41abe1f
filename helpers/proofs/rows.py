"""The cheat sheet: each row has a lesson that shows it, an exercise, people who got it wrong and right, and a test."""

from collections.abc import Iterator, Mapping

from helpers.facts.cheatsheet import TESTS, Row
from helpers.judging.check import Check
from helpers.proofs.course import CourseFiles
from helpers.proofs.proof import Proof


def prove_row(row: Row, course: CourseFiles, checks: Mapping[str, Check]) -> Proof:
    """What covers `row`, and what is missing."""
    wrong = len(course.attempts(row.lesson, row.exercise, f"wrong_{row.mistake}"))
    right = len(course.attempts(row.lesson, row.exercise, "right"))
    attempts = f"{wrong} × {row.mistake}, {right} × right"
    covered = f"{row.lesson}  {row.exercise} ({attempts})  {row.test}"
    return Proof(row.quote, covered, tuple(_missing(row, course, checks, wrong, right)))


def _missing(row: Row, course: CourseFiles, checks: Mapping[str, Check], wrong: int, right: int) -> Iterator[str]:
    lesson = course.lessons.get(row.lesson)
    if lesson is None:
        yield f"there is no lesson {row.lesson}"
    elif row.shown not in lesson.shown:
        yield f"the lesson nowhere says {row.shown!r}"
    check = checks.get(row.exercise)
    if check is None or check.exercise.lesson != row.lesson:
        yield f"the lesson has no exercise {row.exercise}"
    elif row.mistake not in {misconception.id for misconception in check.misconceptions}:
        yield f"{row.exercise} has no misconception {row.mistake}"
    if not wrong:
        yield f"no attempt makes the mistake {row.mistake}"
    if not right:
        yield f"no attempt of {row.exercise} is right"
    name, _, function = row.test.partition("::")
    if not course.has_test(TESTS[name], function):
        yield f"{TESTS[name]} has no {function}"
