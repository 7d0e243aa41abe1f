"""Where Node is missing, TypeScript is said to be not available, with what mends it, and counts nowhere."""

import json
from typing import Final
from xml.etree import ElementTree

import pytest

from helpers.classroom.tally import Tally
from helpers.grading.formats import as_json, as_junit, as_markdown
from helpers.grading.grader import open_grader
from helpers.grading.platforms import as_gradescope
from helpers.grading.report import Report, format_report
from helpers.grading.submission import Cell, SourceFile, Submission
from helpers.judging.verdict import Verdict, not_started
from helpers.lessons.found import EXERCISES
from helpers.typescript import node

WHY: Final = (
    "Node is not installed here, and TypeScript needs Node 20 or newer: run `make node` in the course's folder."
)
PYTHON: Final = Verdict(EXERCISES["request_id_of"], "passed", "Right in all 2 cases.")


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> Report:
    """The report on a cell of TypeScript, and on an exercise that was passed."""
    monkeypatch.setattr(node, "problem", lambda: WHY)
    cells = (Cell("cell 1", "%%typescript showText\nexport const nothing = 1;"),)
    submission = Submission("anna", (SourceFile("A1_typescript.ipynb", "A1_typescript", cells),), whole=False)
    with open_grader(submission, seed=1) as grader:
        verdict = grader.verdict(EXERCISES["showText"])
        return Report("anna", 1, (PYTHON, verdict), grader.notes, grader.isolation)


def test_counts_nowhere(report: Report) -> None:
    """It is in neither score nor maximum, and nobody failed because of it."""
    assert (report.score, report.max_score, report.passed) == (1, 1, True)
    assert report.notes == ()


def test_nothing_else(report: Report) -> None:
    """Who handed in nothing that could be judged has passed nothing."""
    assert not Report("anna", 1, report.verdicts[1:]).passed


def test_said_everywhere(report: Report) -> None:
    """Each format says it in its own way, with the command."""
    text = format_report(report)
    assert "– showText — not available here" in text
    assert f"  {WHY}" in text
    (_, one) = json.loads(as_json(report))["exercises"]
    assert (one["outcome"], one["max_points"], one["message"]) == ("not_available", 0, WHY)
    suite = ElementTree.fromstring(as_junit(report).partition("\n")[2])[0]
    assert (suite.get("skipped"), suite.get("failures")) == ("1", "0")
    assert "| not_available | 0 / 0 |" in as_markdown(report)
    assert json.loads(as_gradescope(report))["tests"][1]["max_score"] == 0


def test_in_a_class(report: Report) -> None:
    """Nobody is counted among those who were judged on it."""
    tally = Tally()
    tally.add({"submission": "anna", **report.to_json()})
    assert tally.max_points == 1
    assert tally.exercises["showText"].total == 0


def test_not_the_same_as_not_started() -> None:
    """What was not begun could have been."""
    assert not_started(EXERCISES["showText"]).max_points == 1
