"""The README's tables."""

import pytest

from helpers.authoring.overview import END, LESSONS_BEGIN, LIBRARIES_BEGIN, with_tables
from helpers.errors import CourseError
from helpers.lessons.found import LESSONS
from helpers.libraries.table import kept


def test_table() -> None:
    """A row for each lesson, in order, in place of whatever stood between the marks."""
    made = with_tables(f"Above.\n{LESSONS_BEGIN}old\n{END}Below.\n")
    assert made.startswith(f"Above.\n{LESSONS_BEGIN}")
    assert made.endswith(f"{END}Below.\n")
    rows = [line for line in made.splitlines() if line.startswith("| [")]
    assert [row.partition("notebooks/")[2].partition(".ipynb")[0] for row in rows] == list(LESSONS)
    assert all(lesson.afterwards in row for row, lesson in zip(rows, LESSONS.values(), strict=True))
    assert with_tables(made) == made


def test_beside_the_others() -> None:
    """A row names the exercises of its lesson that stand beside the others, and how."""
    made = with_tables(f"{LESSONS_BEGIN}{END}")
    (row,) = (line for line in made.splitlines() if "09_logging" in line)
    assert row.endswith("; beyond the sheet: `cost_of`, `should_page` |")


def test_libraries() -> None:
    """A row for each library, with every ending at which half an answer passes for one."""
    made = with_tables(f"{LESSONS_BEGIN}{END}Between.\n{LIBRARIES_BEGIN}old\n{END}Below.\n")
    assert "Between.\n" in made
    assert "old" not in made
    assert with_tables(made) == made
    for library, ways in kept().cells.items():
        (row,) = (line for line in made.splitlines() if line.startswith(f"| {library} |"))
        for way, cells in zip(("streamed", "unstreamed"), row.split(" | ")[1:], strict=True):
            assert cells.count("`") == 2 * sum(cell.is_silent for cell in ways[way].values())


def test_no_table() -> None:
    """A page without the marks stays as it is."""
    assert with_tables("Nothing of ours.\n") == "Nothing of ours.\n"


@pytest.mark.parametrize(
    "readme",
    [
        f"{LESSONS_BEGIN}| a |\n",
        f"| a |\n{END}",
        f"{LIBRARIES_BEGIN}| a |\n",
        f"{LESSONS_BEGIN}| a |\n{END}Between.\n| a |\n{END}",
    ],
)
def test_lost_mark(readme: str) -> None:
    """Half a pair of marks is refused: what lies beyond it is somebody's text."""
    with pytest.raises(CourseError, match=r"README\.md has lost a mark"):
        with_tables(readme)
