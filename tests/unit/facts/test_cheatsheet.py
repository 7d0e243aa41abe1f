"""The rows of the cheat sheet, and how a malformed one is refused."""

from collections import Counter
from typing import Final

import pytest

from helpers.errors import CourseError
from helpers.facts.cheatsheet import BEYOND, ROWS, read_rows
from helpers.facts.errors import ERROR_MAP
from helpers.facts.limits import LIMITS
from helpers.lessons.found import EXERCISES
from helpers.lessons.logging.logs import FIELDS

GOOD: Final = (
    "[Retries]\nabout two retries | two | 06_retries | patient | own_client | two | conformance::test_backoff\n"
)


def _quotes(section: str) -> list[str]:
    return [row.quote.replace("`", "") for row in ROWS if row.section == section]


def test_as_many_rows_as_the_cheat_sheet() -> None:
    """Section by section, none is left out."""
    assert Counter(row.section for row in ROWS if row.section != BEYOND) == {
        "Streaming, in Python and TypeScript": 4,
        "Patterns": 4,
        "Error map": 10,
        "Error body": 3,
        "Size limits": 4,
        "Retries": 4,
        "Mid-stream errors": 4,
        "Batches": 8,
        "The log line": 10,
        "Failures": 5,
    }


def test_beyond() -> None:
    """Each exercise that is beyond the sheet has its row there, and no row of the sheet needs one."""
    rows = {row.exercise for row in ROWS if row.section == BEYOND}
    assert rows == {one.name for one in EXERCISES.values() if one.beside == "beyond the sheet"}
    assert "beyond the sheet" not in {EXERCISES[row.exercise].beside for row in ROWS if row.section != BEYOND}


def test_error_map() -> None:
    """The error map's rows are those of the one table."""
    expected = [f"{row.status} {row.type}" for row in ERROR_MAP.values() if row.on_cheat_sheet]
    assert [quote.partition(":")[0] for quote in _quotes("Error map")[:-1]] == expected


def test_limits() -> None:
    """So are the limits, in megabytes."""
    sizes = [int(quote.split()[-2]) for quote in _quotes("Size limits")]
    assert sizes == [size // 1_000_000 for size in LIMITS.values()]


def test_log_line() -> None:
    """And the fields of the log line."""
    assert tuple(_quotes("The log line")[2:-1]) == FIELDS


def test_read() -> None:
    """A row stands below its section; comments and empty lines do not count."""
    (row,) = read_rows(f"# a comment\n\n{GOOD}")
    assert (row.section, row.quote, row.test) == ("Retries", "about two retries", "conformance::test_backoff")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.partition("\n")[2], ":1: a field is empty"),
        (GOOD.replace("own_client", ""), ":2: a field is empty"),
        (GOOD.replace("| two ", "", 1), ":2: a row has seven fields, with | between them, and this has 6."),
        (GOOD.replace("conformance", "conformence"), ":2: 'conformence::test_backoff' names no file of tests"),
    ],
)
def test_malformed(text: str, said: str) -> None:
    """A malformed row is an error that names file and line."""
    with pytest.raises(CourseError) as error:
        list(read_rows(text))
    assert str(error.value).startswith("helpers/facts/data/cheatsheet.txt:")
    assert said in str(error.value)
