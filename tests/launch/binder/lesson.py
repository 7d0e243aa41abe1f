"""A lesson that is opened, solved and run on Binder's server."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser

from helpers.judging.solutions import solution_source
from tests.browser.first_green import Moments, moments
from tests.browser.learner import lessons
from tests.browser.notebook import Notebook

from .home import Server

GREEN = "passed: "


@dataclass(frozen=True)
class Worked:
    """What became of a lesson."""

    cards: Sequence[str]
    """The cards of its exercises."""
    wanted: Sequence[str]
    """What they say when all are solved."""
    errors: Sequence[str]
    memory: Mapping[str, int]
    """The most bytes that each process has taken, by its name."""


@contextmanager
def opened(browser: Browser, server: Server, lesson: str) -> Iterator[Notebook]:
    """The notebook of `lesson` in a page of its own, with a kernel that ends with it."""
    page = browser.new_page()
    try:
        notebook = Notebook(page, server, f"notebooks/{lesson}.ipynb", pastes=True)
        yield notebook
        notebook.shut_down()
    finally:
        page.close()


def work(browser: Browser, server: Server, lesson: str) -> Worked:
    """Solve all of `lesson` and run it from top to bottom."""
    names = [exercise.name for exercise in lessons()[lesson]]
    with opened(browser, server, lesson) as notebook:
        for exercise in lessons()[lesson]:
            notebook.write(exercise.name, solution_source(exercise))
        notebook.run_all()
        cards = notebook.results(names)
        return Worked(cards, [GREEN + name for name in names], notebook.errors, server.most_memory())


def first_green(browser: Browser, server: Server, lesson: str, clicked: float) -> Moments:
    """The moments until the first exercise of `lesson` is solved, in seconds since `clicked`."""
    yield "the server answers", time.monotonic() - clicked
    with opened(browser, server, lesson) as notebook:
        yield from moments(notebook, lesson, clicked)
