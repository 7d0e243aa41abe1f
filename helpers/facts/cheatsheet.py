"""The cheat sheet as data: each row, and where the course teaches it, sees it break and proves it.

The rows are in one file, `helpers/facts/data/cheatsheet.txt`. `course check` holds them against what is there, and the
notebook `cheatsheet` links from them.
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from importlib import resources
from typing import Final

from helpers.errors import CourseError

FILE: Final = "helpers/facts/data/cheatsheet.txt"
SEPARATOR: Final = "|"
BEYOND: Final = "Beyond the sheet"
"""The section of what the cheat sheet does not say."""
TESTS: Final = {
    "cells": "tests/unit/typescript/test_cells.py",
    "endings": "tests/unit/typescript/test_endings.py",
    "conformance": "tests/unit/replay/test_conformance.py",
    "rules": "tests/unit/replay/test_rules.py",
    "batches": "tests/unit/replay/test_batches.py",
    "errors": "tests/unit/facts/test_errors.py",
    "logs": "tests/lessons/logging/test_logs.py",
    "bills": "tests/lessons/logging/test_bills.py",
    "days": "tests/lessons/logging/test_days.py",
    "sides": "tests/lessons/watching/test_both_sides.py",
    "proxies": "tests/lessons/watching/test_proxy.py",
    "rehearsal": "tests/lessons/under_the_limit/test_under_the_limit.py",
    "shift": "tests/lessons/capstone/test_second_day.py",
    "kills": "tests/lessons/nightly/test_kills.py",
    "patterns": "tests/unit/facts/test_patterns.py",
    "prices": "tests/unit/facts/test_prices.py",
}
"""The files of tests, as the rows name them."""


@dataclass(frozen=True)
class Row:
    """One row of the cheat sheet."""

    section: str
    quote: str
    """What it says, briefly."""
    more: str
    """What to know besides, or where it simplifies."""
    lesson: str
    exercise: str
    mistake: str
    """The misconception of who has not understood it: an id of the exercise's."""
    shown: str
    """Words that the lesson, as it is executed, holds."""
    test: str
    """A test of what the row says: `conformance::test_cut`."""


def read_rows(text: str) -> Iterator[Row]:
    """The rows in `text`. Raises `CourseError` with the line of the first that is malformed."""
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
            continue
        row = Row(section, *_fields(line, number))
        if not all(astuple(row)):
            raise CourseError(f"{FILE}:{number}: a field is empty: a row stands below its [section] and has them all.")
        if row.test.partition("::")[0] not in TESTS:
            known = ", ".join(TESTS)
            raise CourseError(f"{FILE}:{number}: {row.test!r} names no file of tests: it can be {known}.")
        yield row


def _fields(line: str, number: int) -> tuple[str, str, str, str, str, str, str]:
    match [field.strip() for field in line.split(SEPARATOR)]:
        case [quote, more, lesson, exercise, mistake, shown, test]:
            return quote, more, lesson, exercise, mistake, shown, test
        case fields:
            raise CourseError(
                f"{FILE}:{number}: a row has seven fields, with | between them, and this has {len(fields)}."
            )


ROWS: Final = tuple(
    read_rows((resources.files("helpers.facts") / "data" / "cheatsheet.txt").read_text(encoding="utf-8"))
)
