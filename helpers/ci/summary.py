"""The page that a continuous integration server shows: the points, the score table, and what was left out."""

from helpers.grading.formats import as_markdown, escaped
from helpers.grading.report import Report


def graded(report: Report, checks: str) -> str:
    """The page of a report, as Markdown. `checks` says whose checks judged it."""
    parts = ["## Your score", as_markdown(report).rstrip()]
    parts += [f"Judged by the checks of {escaped(checks)}."] if checks else []
    parts += [f"Isolation: {report.isolation}."]
    return "\n\n".join(parts) + "\n"


def not_graded(reason: str) -> str:
    """The page when there is no report."""
    return f"## Not graded\n\n{escaped(reason)}\n"
