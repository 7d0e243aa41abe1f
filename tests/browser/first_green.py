"""From a click to the first green check, moment by moment: `python -m tests.browser.first_green`.

In JupyterLab, from the moment that its server is started as `make lab` starts it, and in a browser alone that has never
been there, on the site that `make lite` has written. A learner reads and types between these moments: here the cells
are run one after the other, and the solution is pasted. `python -m tests.launch.binder` has the same of Binder.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click
from playwright.sync_api import Browser, sync_playwright

from helpers.errors import CourseError
from helpers.judging.solutions import solution_source

from .chromium import launch
from .lab import ROOT, Lab
from .learner import lessons
from .notebook import TIMEOUT, Notebook
from .site import Site

LESSON: Final = "00_start_here"
PATIENCE: Final = 5 * TIMEOUT
"""Milliseconds. Python itself has to be unpacked first in a browser, however busy the machine is."""
Moments = Iterator[tuple[str, float]]
"""What has come to be, and after how many seconds."""


def moments(notebook: Notebook, lesson: str, clicked: float) -> Moments:
    """Of a notebook that was just opened, to the first exercise of `lesson` solved: in seconds since `clicked`."""
    yield "the notebook has its kernel", time.monotonic() - clicked
    notebook.go_to(notebook.places("from helpers")[0])
    notebook.run_selected()
    yield "the first cell has run", time.monotonic() - clicked
    exercise = lessons()[lesson][0]
    notebook.solve(exercise.name, solution_source(exercise))
    assert notebook.results([exercise.name]) == [f"passed: {exercise.name}"]
    yield "the first check is green", time.monotonic() - clicked


def in_lab(browser: Browser) -> Moments:
    """JupyterLab, installed and not yet started."""
    clicked = time.monotonic()
    with TemporaryDirectory() as folder, Lab(Path(folder), (ROOT / "notebooks").glob("*.ipynb")) as lab:
        yield "the server answers", time.monotonic() - clicked
        with browser.new_context() as context:
            notebook = Notebook(context.new_page(), lab, f"{LESSON}.ipynb", pastes=True)
            yield from moments(notebook, LESSON, clicked)


def in_a_browser_alone(browser: Browser, folder: Path) -> Moments:
    """The site in `folder`, in a browser that has kept nothing of it. Raises `CourseError` where there is none."""
    if not (folder / "index.html").exists():
        raise CourseError(f"There is no site in {folder}: run `make lite`.")
    with Site(folder) as site, browser.new_context() as context:
        page = context.new_page()
        page.goto(site.url)
        clicked = time.monotonic()
        notebook = Notebook(page, site, f"{LESSON}.ipynb", PATIENCE, pastes=True)
        yield from moments(notebook, LESSON, clicked)


@click.command(help=__doc__)
@click.option("--site", default=ROOT / "_site", type=click.Path(path_type=Path), help="The site; _site by default.")
def main(site: Path) -> None:
    """Print what it took."""
    try:
        with sync_playwright() as playwright, launch(playwright) as browser:
            for name, seen in (
                ("JupyterLab", in_lab(browser)),
                ("a browser alone", in_a_browser_alone(browser, site.resolve())),
            ):
                for moment, seconds in seen:
                    click.echo(f"{seconds:8.1f} s  {name}: {moment}")
    except CourseError as error:
        click.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
