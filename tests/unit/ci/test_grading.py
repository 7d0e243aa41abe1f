"""What a checkout becomes, up to where something is graded."""

from pathlib import Path

import pytest

from helpers.ci import grade_checkout
from helpers.ci.grading import JSON, JUNIT, SUMMARY
from helpers.errors import CourseError


def test_nothing_left_over(tmp_path: Path) -> None:
    """The reports of an earlier run are not there any more, where this one has none."""
    for name in (JSON, JUNIT, SUMMARY):
        (tmp_path / name).write_text("earlier", "utf-8")
    graded = grade_checkout(tmp_path / "nowhere", tmp_path)
    assert graded.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == [SUMMARY]
    assert "There is no folder notebooks/" in (tmp_path / SUMMARY).read_text("utf-8")


def test_no_place_for_reports(tmp_path: Path) -> None:
    """A file in their place is one sentence."""
    (tmp_path / "reports").touch()
    with pytest.raises(CourseError, match="name another folder"):
        grade_checkout(tmp_path, tmp_path / "reports")
