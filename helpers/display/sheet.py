"""Parts of the cheat sheet, as tables whose rows link to their lessons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from helpers.display.card import Card
from helpers.display.table import table
from helpers.errors import CourseError
from helpers.facts.errors import ERROR_MAP, ErrorRow
from helpers.facts.limits import LIMITS, MEGABYTE

if TYPE_CHECKING:
    from helpers.facts.cheatsheet import Row

COLUMNS: Final = ("the cheat sheet says", "know besides", "lesson")
BEYOND_COLUMNS: Final = ("in production", "what to do", "lesson")
ERROR_COLUMNS: Final = ("status", "error.type", "the SDK raises", "the SDK tries again", "what to do", "lesson")


def sheet(section: str) -> Card:
    """The rows of one section. Raises `CourseError` for a section that the cheat sheet has not."""
    rows = [row for row in _rows() if row.section == section]
    if not rows:
        sections = ", ".join(dict.fromkeys(row.section for row in _rows()))
        raise CourseError(f"The cheat sheet has no section {section!r}: it has {sections}.")
    from helpers.facts.cheatsheet import BEYOND

    columns = BEYOND_COLUMNS if section == BEYOND else COLUMNS
    return _linked(section, columns, [(row.quote, row.more) for row in rows], rows)


def error_sheet() -> Card:
    """The error map, from its one table."""
    rows = [row for row in _rows() if row.section == "Error map" and row.quote[:3].isdigit()]
    cells = [_error_cells(ERROR_MAP[int(row.quote[:3])], row.more) for row in rows]
    return _linked("The error map", ERROR_COLUMNS, cells, rows)


def _rows() -> Sequence[Row]:
    # Here, because they name mistakes: the process that a learner's code is graded in does not have them.
    from helpers.facts.cheatsheet import ROWS

    return ROWS


def _error_cells(error: ErrorRow, more: str) -> Sequence[object]:
    again = "yes" if error.retried_by_sdk else "no"
    return error.status, f"`{error.type}`", f"`{error.exception}`", again, f"{error.advice} {more}"


def limit_sheet() -> Card:
    """The size limits, from their one table."""
    rows = [row for row in _rows() if row.section == "Size limits"]
    cells = [
        (row.quote.partition(":")[0], f"{limit // MEGABYTE} MB", f"{limit:,} bytes", row.more)
        for row, limit in zip(rows, LIMITS.values(), strict=True)
    ]
    return _linked("Request size limits", ("endpoint", "limit", "exactly", "know besides", "lesson"), cells, rows)


def lesson_link(lesson: str) -> tuple[str, str]:
    """A lesson's name for a reader, which no line breaks, and its notebook."""
    return lesson.replace("_", "\u00a0"), f"{lesson}.ipynb"


def _linked(caption: str, columns: Sequence[str], cells: Sequence[Sequence[object]], rows: Sequence[Row]) -> Card:
    links = dict(lesson_link(row.lesson) for row in rows)
    lessons = [lesson_link(row.lesson)[0] for row in rows]
    return table(caption, columns, [[*line, name] for line, name in zip(cells, lessons, strict=True)], links)
