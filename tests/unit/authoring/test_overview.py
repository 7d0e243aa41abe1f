"""The README's table of lessons."""

import pytest

from helpers.authoring.overview import BEGIN, END, with_lessons
from helpers.errors import CourseError
from helpers.lessons.found import LESSONS


def test_table() -> None:
    """A row for each lesson, in order, in place of whatever stood between the marks."""
    made = with_lessons(f"Above.\n{BEGIN}old\n{END}Below.\n")
    assert made.startswith(f"Above.\n{BEGIN}")
    assert made.endswith(f"{END}Below.\n")
    rows = [line for line in made.splitlines() if line.startswith("| [")]
    assert [row.partition("notebooks/")[2].partition(".ipynb")[0] for row in rows] == list(LESSONS)
    assert all(lesson.afterwards in row for row, lesson in zip(rows, LESSONS.values(), strict=True))
    assert with_lessons(made) == made


def test_no_table() -> None:
    """A page without the marks stays as it is."""
    assert with_lessons("Nothing of ours.\n") == "Nothing of ours.\n"


@pytest.mark.parametrize("readme", [f"{BEGIN}| a |\n", f"| a |\n{END}"])
def test_lost_mark(readme: str) -> None:
    """Half a pair of marks is refused: what lies beyond it is somebody's text."""
    with pytest.raises(CourseError, match=r"README\.md has lost a mark"):
        with_lessons(readme)
