"""`course status`: how far somebody is, as a table for the terminal."""

from pathlib import Path
from textwrap import fill
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table

from helpers.workbook.standing import FINISHED, LEGEND, Standing, read_standing

BESIDE: Final = 16
"""Columns of the terminal that are neither a lesson's title nor its exercises."""


def show(folder: Path) -> None:
    """Print what was passed in the notebooks in `folder`, and what is next."""
    now, notes = read_standing(folder)
    console = Console(highlight=False, markup=False, emoji=False)
    titles = max(len(lesson.title) for lesson in now.lessons)
    console.print(_table(now, console.width - titles - BESIDE))
    console.print(f"{now.passed} of {now.total} exercises passed ({LEGEND}).")
    console.print(_next(now))
    for note in notes:
        console.print(note)


def _table(now: Standing, width: int) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("lesson", no_wrap=True)
    table.add_column("passed", justify="right", no_wrap=True)
    table.add_column("exercises")
    for lesson in now.lessons:
        # Not left to rich, which parts a symbol from its name: to it, a no-break space is a space.
        exercises = fill(lesson.exercises, max(width, 1), break_long_words=False, break_on_hyphens=False)
        table.add_row(f"{lesson.symbol} {lesson.title}", f"{lesson.passed}/{lesson.total}", exercises)
    return table


def _next(now: Standing) -> str:
    if now.next is None:
        return FINISHED
    return f"Next: {now.next.name} in notebooks/{now.next.lesson}.ipynb. `course lab` opens it."
