"""The lessons as a learner takes them, in real JupyterLab: `python -m tests.browser.learner [LESSON…]`.

Run All while nothing is solved; for every exercise a hint and our solution, asked for in their cells; the same solution
typed with the keyboard and checked; Run All once more. A table says what came of it, and the exit code is 1 when a card
did not say what it should, a cell raised, or the page asked another host for anything. Keys take their time: a minute
or two a lesson, four for the last one. `--pictures FOLDER` keeps the solved lessons, in pieces that can be read.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final

import click
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as PageError
from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from helpers.calling.exercise import Exercise
from helpers.display.card import SYMBOLS
from helpers.errors import CourseError
from helpers.judging.solutions import solution_source
from helpers.lessons.found import EXERCISES

from .chromium import launch
from .lab import Lab
from .notebook import Notebook
from .screenshots import WINDOW, lab_on, take_pieces

BEFORE: Final = "not started"
AFTER: Final = "passed"


@dataclass
class LearnerRun:
    """What a learner saw of one lesson. The cards are named as a screen reader says them, `passed: ask`."""

    lesson: str
    exercises: Sequence[str]
    seconds: float = 0.0
    """From the first key to the last card, in real seconds."""
    before: Sequence[str] = ()
    after: Sequence[str] = ()
    helped: list[str] = field(default_factory=list)
    """The cards of hints and solutions."""
    errors: list[str] = field(default_factory=list)
    """What cells raised, what scripts of the page did, and what ended the run."""
    elsewhere: list[str] = field(default_factory=list)
    """What the page asked other hosts for."""

    @property
    def problems(self) -> list[str]:
        """A sentence for each thing that is not as it should be."""
        return [
            *_differences("before anything was typed", self.before, self._all_said(BEFORE)),
            *_differences("with our solutions typed", self.after, self._all_said(AFTER)),
            *_differences("asked for help", self.helped, self._all_help()),
            *self.errors,
            *(f"the page asked for {address}" for address in self.elsewhere),
        ]

    def _all_said(self, outcome: str) -> list[str]:
        return [f"{outcome}: {name}" for name in self.exercises]

    def _all_help(self) -> list[str]:
        return [f"{head} {name}" for name in self.exercises for head in ("Hint 1 of 3 for", "Our solution of")]


def _differences(moment: str, seen: Sequence[str], expected: Sequence[str]) -> list[str]:
    if list(seen) == list(expected):
        return []
    return [f"{moment}, the cards say {', '.join(seen) or 'nothing'}, and should say {', '.join(expected)}"]


def lessons() -> dict[str, list[Exercise]]:
    """The exercises of every lesson, in order."""
    return {name: list(group) for name, group in groupby(EXERCISES.values(), lambda exercise: exercise.lesson)}


def take_lesson(browser: Browser, lab: Lab, exercises: Sequence[Exercise], pictures: Path | None) -> LearnerRun:
    """Take the lesson of `exercises`, to its end or until the page no longer does what is expected of it."""
    run = LearnerRun(exercises[0].lesson, [exercise.name for exercise in exercises])
    page = browser.new_page(viewport=WINDOW)
    try:
        _take(Notebook(page, lab, f"{run.lesson}.ipynb"), exercises, run)
        if pictures is not None:
            take_pieces(page, pictures, run.lesson)
    except (PageError, AssertionError) as error:
        run.errors.append(f"stopped: {error}")
    finally:
        page.close()
    return run


def _take(notebook: Notebook, exercises: Sequence[Exercise], run: LearnerRun) -> None:
    try:
        notebook.run_all()
        run.before = notebook.results(run.exercises)
        began = time.monotonic()
        for exercise in exercises:
            run.helped += notebook.ask_for("hint", exercise.name)
            run.helped += notebook.ask_for("solution", exercise.name)
            notebook.solve(exercise.name, solution_source(exercise))
            run.seconds = time.monotonic() - began
        notebook.run_all()
        run.after = notebook.results(run.exercises)
    finally:
        run.elsewhere += notebook.visits.elsewhere
        run.errors += [*notebook.visits.errors, *notebook.errors]


def table_of(runs: Sequence[LearnerRun]) -> Table:
    """A row for each run: of its exercises, how many cards said not started (○) and at last passed (✓)."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("lesson", no_wrap=True)
    for heading in ("exercises", "seconds", "cards", "help", "errors", "elsewhere"):
        table.add_column(heading, justify="right", no_wrap=True)
    for run in runs:
        cards = f"{_count(run.before, BEFORE)} → {_count(run.after, AFTER)}"
        numbers = (len(run.exercises), round(run.seconds), cards, len(run.helped), len(run.errors), len(run.elsewhere))
        table.add_row(run.lesson, *map(str, numbers))
    return table


def _count(cards: Sequence[str], outcome: str) -> str:
    return f"{sum(card.startswith(f'{outcome}: ') for card in cards)} {SYMBOLS[outcome.replace(' ', '_')]}"


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(lessons())), metavar="[LESSON]...")
@click.option("--pictures", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER", help="Keep them there.")
def main(names: Sequence[str], pictures: Path | None) -> None:
    """Take the lessons (all of them by default) as a learner does, in JupyterLab."""
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
    console = Console()
    runs = []
    try:
        with sync_playwright() as playwright, launch(playwright) as browser, lab_on("notebooks") as lab:
            for name in track(names or list(lessons()), "Typing …", console=console, disable=not console.is_terminal):
                runs.append(take_lesson(browser, lab, lessons()[name], pictures))
    except CourseError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    console.print(table_of(runs))
    for run in runs:
        for problem in run.problems:
            console.print(Text(f"{run.lesson}: {problem}"), soft_wrap=True)
    sys.exit(1 if any(run.problems for run in runs) else 0)


if __name__ == "__main__":
    main()
