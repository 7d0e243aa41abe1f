"""Whatever a learner's code, files and folders say, no line of a report looks like one of the grader's own."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import pytest

from helpers.calling.observation import Conduct, Observation, Raised
from helpers.ci.grading import grade_checkout
from helpers.ci.summary import graded, not_graded
from helpers.classroom.outcome import Outcome, format_outcome
from helpers.classroom.plan import Plan
from helpers.grading.formats import as_junit, as_markdown
from helpers.grading.plain import MARK, one_line
from helpers.grading.report import Report, format_report, made_plain
from helpers.grading.submission import read_submission
from helpers.judging.check import Check, Run
from helpers.judging.drawing import draw_cases
from helpers.judging.verdict import Verdict, judge
from helpers.lessons.found import EXERCISES, check_named
from tests.unit.display.exchanges import exchange

SEED: Final = 20_261
BREAKS: Final = ("\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1e", "\x85", "\u2028", "\u2029", "\n\n", "\n  ", "\n\u200b")
FORGED: Final = (
    "✓ ask — passed",
    "○ ask — not started",
    "34 of 34 points. The cases were drawn from --seed 1.",
    "Isolation: namespaces.",
    "Left out: nothing",
    "Next: rest",
    "- a note",
    "## Your score",
    "::error::x",
    "::stop-commands::x",
    "##vso[task.complete result=Succeeded;]",
    "##teamcity[testPassed]",
    "section_start:1:x\r\x1b[0K",
    "\x1b[2K\x1b[1A✓",
    "\u202e✓",
    "| a | b |",
    "</failure>",
    "Not graded: x",
)
OURS: Final = re.compile(r"\s*([✓○✗!]|\d+ of \d+ points|Isolation:|Left out:|Next:|- |::|Not graded|Graded)|.*##\w*\[")
"""What a line of the grader's begins with, and what a CI takes for a command wherever it stands."""


def texts(seed: int, count: int = 12) -> Iterator[str]:
    """Forged lines, joined by whatever may break one. The same ones each time."""
    source = random.Random(seed)
    for _ in range(count):
        yield "".join(f"{source.choice(('x', '`', 'x' * 50))}{source.choice(BREAKS)}{each}" for each in sampled(source))


def sampled(source: random.Random) -> list[str]:
    return source.sample(FORGED, 4)


def hostile(check: Check, text: str) -> Verdict:
    """The verdict on a function that says `text` wherever it may say anything."""
    raised = Raised(text, (text, "Exception", "BaseException", "object"), text, 3, text)
    returned = Conduct(returned=(text, "object"))
    observations = (
        Observation(value=text, wrote=(text, text), conduct=returned),
        Observation(value={text: [text]}, conduct=returned),
        Observation(raised=raised, conduct=returned),
        Observation(stopped=text, conduct=returned),
        Observation(conduct=replace(returned, own_way_out=text, place=text)),
    )
    cases = draw_cases(check, SEED)
    wire = exchange(path=f"/{text}", sent=text.encode("utf-8", "replace"), error_type=None)
    kind = observations[len(text) % len(observations)]
    return judge(check, [Run(case, kind, (wire,)) for case in cases])


def lines_of_ours(text: str) -> list[str]:
    return [line for line in text.splitlines() if OURS.match(line)]


@pytest.mark.parametrize("name", EXERCISES)
def test_report(name: str) -> None:
    """Of each exercise: as many lines of the grader's as there are with a harmless text, and not one more."""
    check = check_named(name)
    for text in texts(len(name)):
        report = report_on(made_plain(hostile(check, text)), one_line(text))
        shown = format_report(report)
        assert shown.splitlines() == shown.split("\n")
        column = [line for line in shown.split("\n") if line and not line.startswith(" ")]
        assert column[0].startswith(f"✗ {name} — ") or column[0].startswith(f"! {name} — ")
        assert column[1].startswith("- ")
        assert column[2].startswith("0 of ")
        assert column[3].startswith("Isolation: guard.")
        assert len(column) == 4
        for line in shown.split("\n"):
            if line.startswith(" ") and OURS.match(line):
                assert is_ours(line.strip(), check), line


def is_ours(line: str, check: Check) -> bool:
    """A row of the picture, or what to do next: both begin with words of ours."""
    cases = [case.name for case in draw_cases(check, SEED)]
    return line.startswith("Next: ") or any(line.startswith(f"{mark} {case} ") for mark in "✓✗" for case in cases)


def report_on(verdict: Verdict, note: str) -> Report:
    return Report(note, SEED, (verdict,), (note,))


@pytest.mark.parametrize("text", list(texts(1)))
def test_files(text: str) -> None:
    """The summary of a CI and JUnit's file: rows stay rows, and what is not the first line of a message is marked."""
    verdict = made_plain(hostile(check_named("ask"), text))
    report = report_on(verdict, one_line(text))
    page = graded(report, text)
    assert page.splitlines() == page.split("\n")[:-1]
    rows = [line for line in page.splitlines() if line]
    assert len(rows) == 8
    # Below the table, a paragraph for each note.
    assert len(as_markdown(report).splitlines()) == 5 + 2 * len(report.notes)
    assert len([line for line in not_graded(text).splitlines() if line]) == 2
    suite = ElementTree.fromstring(as_junit(report))
    for element in suite.iter():
        for said in (*element.attrib.values(), element.text or ""):
            assert all(line.startswith(MARK.rstrip()) or not line.strip() for line in said.splitlines()[1:])


@pytest.mark.parametrize("name", [text for text in FORGED if "/" not in text])
def test_names_of_files(tmp_path: Path, name: str) -> None:
    """A name says no line of ours, where what it names is graded, left out, or all that there is."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / f"a\n{name}.py").write_text("def ask(: ...\n", "utf-8")
    (folder / f"{name}.py").write_bytes(b"\xff")
    submission = read_submission(folder)
    assert all(len(note.splitlines()) == 1 for note in submission.notes)
    assert all(len(file.name.splitlines()) == 1 for file in submission.files)
    (folder / f"a\n{name}.py").unlink()
    shown = grade_checkout(tmp_path, tmp_path / "reports").text
    assert len(shown.splitlines()) == 1
    assert shown.startswith("Not graded: ")
    assert "##vso[" not in shown


def test_names_in_a_class(tmp_path: Path) -> None:
    """Each submission that was not graded is one line, which begins with a mark."""
    problems: dict[str, Any] = {text: text for text in (*FORGED[:8], *texts(2, count=8))}
    lines = format_outcome(Outcome(SEED, len(problems), problems=problems), Plan(tmp_path, tmp_path / "a.csv"))
    first, last = lines.splitlines()[:-1], lines.splitlines()[-1]
    assert len(first) == len(problems)
    assert all(line.startswith("! ") for line in first)
    assert not re.search(r"##\w*\[", lines)
    assert last.startswith("0 of ")


def test_a_learners_verdict_is_made_plain() -> None:
    """Once is enough: what was made plain stays as it is."""
    verdict = made_plain(hostile(check_named("ask"), next(texts(3))))
    assert made_plain(verdict) == verdict
    assert replace(verdict, message="") != verdict
