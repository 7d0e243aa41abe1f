"""Grading a learner's checkout: its notebooks, with the checks of the course that this command belongs to."""

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from helpers.ci.intake import FOLDER, take_in
from helpers.ci.summary import graded, not_graded
from helpers.errors import CourseError
from helpers.grading.budget import SECONDS_PER_SUBMISSION
from helpers.grading.formats import as_json, as_junit
from helpers.grading.grader import grade
from helpers.grading.nursery import Isolation
from helpers.grading.plain import one_line
from helpers.grading.report import Report, format_report
from helpers.grading.writing import reason, write_file

JSON: Final = "report.json"
JUNIT: Final = "junit.xml"
SUMMARY: Final = "summary.md"
UNGUARDED: Final = (
    "WARNING: this runner has no namespaces, so that the submission could do what the job can: forge this result, too. "
    "Allow them, then demand them with --isolation namespaces; or say that the job's container is enough with "
    "--isolation guard."
)
"""The first line of the log, where nobody asked for that."""


@dataclass(frozen=True)
class Graded:
    """What became of a checkout. Without a report it could not be graded, and `text` says why."""

    text: str
    report: Report | None = None

    @property
    def exit_code(self) -> int:
        """0 when everything that was begun passed, 1 when something of it did not, 2 when it could not be graded.

        What is in a notebook that cannot be read may have been begun.
        Unlike `course grade`, which asks for everything: half-way through the course, a server that is content with
        what there is says more than one that never is.
        """
        if self.report is None:
            return 2
        outcomes = {verdict.outcome for verdict in self.report.verdicts}
        return 0 if outcomes <= {"passed", "not_started", "not_available"} and not self.report.lost else 1


def grade_checkout(
    checkout: Path,
    reports: Path,
    checks: str = "",
    seed: int | None = None,
    seconds: float = SECONDS_PER_SUBMISSION,
    isolation: Isolation | None = None,
) -> Graded:
    """Grade the notebooks in `checkout` and write `report.json`, `junit.xml` and `summary.md` into `reports`.

    A checkout that cannot be graded gets a summary that says why. `checks` says whose checks these are, and the whole
    may take so many `seconds`. Without an `isolation` it is the strongest that there is, and that it is a guard
    alone is said first.
    Raises `CourseError` when the reports cannot be written.
    """
    _make_folder(reports)
    with TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as folder:
        copies = Path(folder, FOLDER)
        copies.mkdir()
        try:
            unread = take_in(checkout, copies)
            report = grade(copies, seed=seed, seconds_per_submission=seconds, isolation=isolation, unread=unread)
        except CourseError as error:
            why = _without(folder, str(error))
            write_file(reports / SUMMARY, not_graded(why))
            return Graded(one_line(f"Not graded: {why}"))
    write_file(reports / JSON, as_json(report))
    write_file(reports / JUNIT, as_junit(report))
    write_file(reports / SUMMARY, graded(report, checks))
    return Graded("\n".join([*_warnings(report, isolation), format_report(report)]), report)


def _warnings(report: Report, isolation: Isolation | None) -> list[str]:
    """What whoever reads the log has to know before all else. Who asked for a guard by name knows it."""
    return [UNGUARDED] if report.isolation == "guard" and isolation is None else []


def _without(folder: str, sentence: str) -> str:
    """`sentence`, with the files in `folder` called as the learner knows them."""
    return sentence.replace(f"{folder}{os.sep}", "")


def _make_folder(reports: Path) -> None:
    """Without the reports of an earlier run, which could be taken for those of this one."""
    try:
        reports.mkdir(parents=True, exist_ok=True)
        for name in (JSON, JUNIT, SUMMARY):
            (reports / name).unlink(missing_ok=True)
    except OSError as error:
        raise CourseError(f"{reports} cannot be made ({reason(error)}): name another folder.") from error
