"""The report as a file."""

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from helpers.errors import CourseError
from helpers.grading.formats import as_json, as_junit, as_markdown, escaped
from helpers.grading.report import Report, format_report
from helpers.grading.submission import Unread
from helpers.grading.writing import write_file
from helpers.judging.verdict import OutcomeName, Verdict
from helpers.lessons.found import EXERCISES

NASTY = 'a|b <c> & "d"\x00\x1b[31m\n`e` \\'
EXERCISE = next(iter(EXERCISES.values()))


def report_with(*outcomes: OutcomeName, message: str = NASTY) -> Report:
    return Report("me", 7, tuple(Verdict(EXERCISE, outcome, message, "Next.") for outcome in outcomes))


ALL = report_with("passed", "misconception", "not_started", "raised", "checker_broken")


def test_not_read() -> None:
    """What could not be read is a case of its own, as long as anything is missing, and stands in every report."""
    unread = (Unread("a<b>.ipynb", "a<b>.ipynb is empty."),)
    report = replace(report_with("not_started"), unread=unread, notes=("Left out: a<b>.ipynb is empty.",))
    suite = ElementTree.fromstring(as_junit(report))[0]
    assert (suite.get("tests"), suite.get("errors"), suite[1][0].tag) == ("2", "1", "error")
    for text in (as_json(report), as_junit(report), as_markdown(report), format_report(report)):
        assert "is empty." in text
    passed = replace(report_with("passed"), unread=unread)
    assert (passed.lost, ElementTree.fromstring(as_junit(passed))[0].get("errors")) == ((), "0")


def test_json() -> None:
    """Exactly what the contract names, the seed, the isolation and what was left out."""
    document = json.loads(as_json(ALL))
    assert set(document) == {"score", "max_score", "seed", "isolation", "exercises", "notes"}
    assert (document["score"], document["max_score"]) == (EXERCISE.points, 5 * EXERCISE.points)
    assert document["exercises"][1] == {
        "name": EXERCISE.name,
        "lesson": EXERCISE.lesson,
        "outcome": "misconception",
        "misconception": None,
        "message": NASTY,
        "points": 0,
        "max_points": EXERCISE.points,
    }


def test_junit() -> None:
    """It parses, whatever a message holds, and counts each outcome once."""
    suite = ElementTree.fromstring(as_junit(ALL))[0]
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "5", "failures": "2", "errors": "1", "skipped": "1"}
    assert [case[0].tag if len(case) else "" for case in suite] == ["", "failure", "skipped", "failure", "error"]
    assert 'a|b <c> & "d"' in (suite[1][0].get("message") or "")


def test_markdown() -> None:
    """A row stays a row, whatever a message holds."""
    rows = as_markdown(ALL).splitlines()[2:]
    assert len(rows) == 2 + 5
    assert all(row.replace("\\|", "").count("|") == 6 for row in rows)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("In `a|b`: 3 < 4", r"In <code>a\|b</code>: 3 \< 4"),
        ("[see](https://a.example) ![](//b)", r"\[see\](https\://a.example) \!\[\](//b)"),
        ("**loud** _and_ ~~gone~~, &amp; <img src=x>", r"\*\*loud\*\* \_and\_ \~\~gone\~\~, \&amp; \<img src=x\>"),
        ("one ` alone,\n# no heading, www.a.example, @all", r"one \` alone, \# no heading, www\.a.example, \@all"),
        ("`</code><b>`", r"<code>\</code\>\<b\></code>"),
    ],
)
def test_escaped(text: str, markdown: str) -> None:
    """What a learner had said is shown as it is, and is no link, picture, heading or element."""
    assert escaped(text) == markdown


def test_text() -> None:
    """A line for what is in order, the card for what is not."""
    text = format_report(ALL)
    assert text.startswith(f"✓ {EXERCISE.name} — passed\n✗ {EXERCISE.name}")
    assert "\n1 of 5 points. The cases were drawn from --seed 7.\nIsolation: guard." in text


def test_write_file(tmp_path: Path) -> None:
    """All or nothing, and nothing beside it."""
    write_file(tmp_path / "report.md", "ü\n")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("report.md", "ü\n".encode())]
    with pytest.raises(CourseError, match="cannot be written"):
        write_file(tmp_path / "nowhere" / "report.md", "")
