"""Where somebody stopped."""

from pathlib import Path
from typing import Final

from helpers.errors import CourseError
from helpers.workbook.journal import FILE

FIRST: Final = "00_start_here.ipynb"


def where_one_stopped(notebooks: Path) -> str:
    """The notebook of the first lesson that is not finished, or the cheat sheet's when all are; else the first one."""
    if not (notebooks / FILE).is_file():
        return FIRST
    # Here, because it takes the SDK along, and whoever begins need not wait for that.
    from helpers.workbook.standing import read_standing

    try:
        following = read_standing(notebooks)[0].next
    except CourseError:
        return FIRST
    notebook = f"{following.lesson if following else 'cheatsheet'}.ipynb"
    return notebook if (notebooks / notebook).exists() else FIRST
