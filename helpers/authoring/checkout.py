"""Whether a folder is a checkout of the course, for commands that work on its sources."""

from pathlib import Path
from typing import Final

from helpers.errors import CourseError

FOLDERS: Final = ("helpers/lessons", "solutions", "tests/attempts")


def require_checkout(root: Path) -> None:
    """Raises `CourseError` where the course's sources and tests are not in `root`."""
    if not all((root / folder).is_dir() for folder in FOLDERS):
        raise CourseError(f"The course's sources and tests are not in {root}: run this in a checkout of the course.")
