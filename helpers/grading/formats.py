"""A report as a file: JSON, JUnit's XML, or a Markdown table."""

import json
import re
from typing import Final
from xml.etree import ElementTree

from helpers.grading.report import Report

SKIPPED: Final = {"not_started": "skipped", "not_available": "skipped"}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CODE = re.compile("`([^`]*)`")
_MARKDOWN = re.compile(r"[\\`*_\[\]<>&|~!#@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
"""What begins something in Markdown, in its tables, and in the HTML in it; and what makes an address of a word."""


def as_json(report: Report) -> str:
    """The report as `course grade --json` promises it."""
    return json.dumps(report.to_json(), indent=2) + "\n"


def as_junit(report: Report) -> str:
    """A test suite with a case per exercise: failed when it did not pass, skipped when it was not started, or could not
    be judged here.

    There is one more for each file that could not be read, in which some of it may be.
    """
    outcomes = [verdict.outcome for verdict in report.verdicts]
    skipped, broken = sum(outcome in SKIPPED for outcome in outcomes), outcomes.count("checker_broken")
    failed = len(outcomes) - skipped - broken - outcomes.count("passed")
    lost = len(report.lost)
    counts = {"tests": len(outcomes) + lost, "skipped": skipped, "errors": broken + lost, "failures": failed}
    about = {"name": _xml(report.name), **{key: str(count) for key, count in counts.items()}}
    suite = ElementTree.Element("testsuite", about)
    for verdict in report.verdicts:
        case = ElementTree.SubElement(suite, "testcase", classname=verdict.exercise.lesson, name=verdict.exercise.name)
        if verdict.outcome != "passed":
            tag = {**SKIPPED, "checker_broken": "error"}.get(verdict.outcome, "failure")
            about = {"message": _xml(verdict.message)}
            if tag != "skipped":
                about["type"] = verdict.misconception or verdict.outcome
            ElementTree.SubElement(case, tag, about).text = _xml(verdict.next_step)
    for file in report.lost:
        case = ElementTree.SubElement(suite, "testcase", classname="not read", name=_xml(file.name))
        ElementTree.SubElement(case, "error", message=_xml(file.said), type="not_read")
    if report.notes:
        ElementTree.SubElement(suite, "system-out").text = _xml("\n".join(report.notes))
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    text: str = ElementTree.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def as_markdown(report: Report) -> str:
    """A table with a row per exercise, and below it what was left out."""
    rows = [
        f"| {verdict.exercise.lesson} | {verdict.exercise.name} | {verdict.misconception or verdict.outcome} "
        f"| {verdict.points} / {verdict.max_points} | {escaped(verdict.message)} |"
        for verdict in report.verdicts
    ]
    head = "| lesson | exercise | outcome | points | what was seen |\n|---|---|---|---|---|"
    parts = [f"**{report.score} of {report.max_score} points** (seed {report.seed})", "\n".join([head, *rows])]
    parts += [f"- {escaped(note)}" for note in report.notes]
    return "\n\n".join(parts) + "\n"


def _xml(text: str) -> str:
    """`text` without the characters that no XML may hold, however they are escaped."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def escaped(text: str) -> str:
    """`text` as Markdown on one line, with nothing in it that Markdown takes for its own but the code in backticks."""
    parts = [_MARKDOWN.sub(r"\\\g<0>", part) for part in _CODE.split(" ".join(text.split()))]
    # Between backticks Markdown knows no escapes; in an element it does.
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
