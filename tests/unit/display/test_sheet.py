"""The cheat sheet's tables: every row, from the one source of its facts, with a link."""

import re

import pytest

from helpers.display.sheet import error_sheet, limit_sheet, sheet
from helpers.display.table import table
from helpers.errors import CourseError
from helpers.facts.cheatsheet import ROWS
from helpers.facts.errors import ERROR_MAP
from helpers.facts.limits import LIMITS

SECTIONS = list(dict.fromkeys(row.section for row in ROWS))


def links(html: str) -> list[str]:
    return re.findall(r'<a href="([^"]+)">', html)


@pytest.mark.parametrize("section", SECTIONS)
def test_rows(section: str) -> None:
    """A section has all its rows, each with what to know besides and its lesson."""
    rows = [row for row in ROWS if row.section == section]
    card = sheet(section)
    assert links(card.html) == [f"{row.lesson}.ipynb" for row in rows]
    assert all(row.quote in card.text and row.more in card.text for row in rows)


def test_unknown_section() -> None:
    """A section that is not there is told which there are."""
    with pytest.raises(CourseError, match=r"no section 'Retry': it has .*Retries"):
        sheet("Retry")


def test_errors() -> None:
    """Nine rows, with what the error map says of each."""
    card = error_sheet()
    rows = [row for row in ERROR_MAP.values() if row.on_cheat_sheet]
    assert links(card.html) == ["05_errors.ipynb"] * len(rows)
    assert all(str(row.type) in card.text and row.exception in card.text and row.advice in card.text for row in rows)


def test_limits() -> None:
    """Four rows, to the byte."""
    card = limit_sheet()
    assert links(card.html) == ["05_errors.ipynb"] * len(LIMITS)
    assert all(f"{limit:,} bytes" in card.text for limit in LIMITS.values())


def test_links_are_cells() -> None:
    """A link is a whole cell, and nothing in it becomes HTML."""
    html = table("t", ["a"], [["x"], ["<b>"], ["xx"]], {"x": 'x.ipynb"', "<b>": "b.ipynb"}).html
    assert '<a href="x.ipynb&quot;">x</a>' in html
    assert '<a href="b.ipynb">&lt;b&gt;</a>' in html
    assert '<th scope="row">xx</th>' in html
