"""The lessons as pages: one build, held against a validator, axe-core in both themes, paper and a phone."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import nbformat
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

from helpers.authoring.markers import STUB
from helpers.errors import CourseError
from helpers.judging.solutions import solution_source
from helpers.lessons.found import EXERCISES, LESSONS
from helpers.pages.writing import write_pages

from .accessibility import violations
from .lab import ROOT
from .site import Site, Witness
from .validator import invalid

LESSON: Final = "08_midstream"
PHONE: Final = 360
DESK: Final = 1280
CODE: Final = ".highlight > pre > span"
"""Thousands of coloured words. tests/unit/pages/test_rendering.py proves the contrast of every colour there is."""
PAPER: Final = 700
"""Pixels of A4 between its margins."""
WIDER: Final = """() => [document.documentElement, ...document.querySelectorAll('pre, .course, .table')]
    .filter(part => part.scrollWidth > part.clientWidth + 1).map(part => part.outerHTML.slice(0, 200))"""
CLOSED: Final = """() => [...document.querySelectorAll('details > :not(summary)')]
    .filter(part => !part.getBoundingClientRect().height).map(part => part.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module", autouse=True)
def written(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    """Every page, the list of lessons first. Before the browser, whose event loop would be in the kernels' way."""
    return write_pages(tmp_path_factory.mktemp("pages"), ROOT)


@pytest.fixture(scope="module")
def parsed(written: Sequence[Path]) -> dict[str, BeautifulSoup]:
    return {path.stem: BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in written}


@pytest.fixture(scope="module")
def site(written: Sequence[Path]) -> Iterator[Site]:
    with Site(written[0].parent) as site:
        yield site


def texts(soup: BeautifulSoup, selector: str) -> list[str]:
    return [part.get_text() for part in soup.select(selector)]


def test_all(parsed: dict[str, BeautifulSoup]) -> None:
    """There is a page for each lesson and for the cheat sheet, and the list leads to all of them."""
    assert set(parsed) == {"index", "cheatsheet", *LESSONS}
    listed = [str(link["href"]) for link in parsed["index"].select("main li a")]
    assert listed == [f"{name}.html" for name in [*LESSONS, "cheatsheet"]]


def test_valid(written: Sequence[Path]) -> None:
    """html-validate finds nothing: among it one h1, no heading skipped, and landmarks with names of their own."""
    try:
        assert invalid(written) == []
    except CourseError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


def test_complete(parsed: dict[str, BeautifulSoup]) -> None:
    """Every code cell of a notebook is in its page, and so is the card of every check, its outcome first."""
    for name in LESSONS:
        notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
        cells = [cell.source.strip() for cell in notebook.cells if cell.cell_type == "code"]
        assert [code.strip() for code in texts(parsed[name], ".code pre")] == cells
        names = [str(card["aria-label"]) for card in parsed[name].select(".course-card[role=group]")]
        assert {f"not started: {exercise.name}" for exercise in LESSONS[name].exercises} <= set(names)
        assert parsed[name].select("[role=img][aria-label]")


def test_nothing_given_away(parsed: dict[str, BeautifulSoup]) -> None:
    """No page has a line of a solution that its stub does not have; the stubs are there."""
    for exercise in EXERCISES.values():
        page = "\n".join(texts(parsed[exercise.lesson], "main"))
        body = solution_source(exercise).split("\n", 1)[1].strip()
        assert body not in page
    assert STUB[0] in "\n".join(texts(parsed[LESSON], ".code pre"))


def test_links(parsed: dict[str, BeautifulSoup]) -> None:
    """Every link within the pages arrives; all others are whole addresses."""
    for name, soup in parsed.items():
        for link in soup.select("a[href]"):
            page, _, place = str(link["href"]).partition("#")
            if not re.match("https?:", page):
                there = parsed[page.removesuffix(".html") or name]
                assert not place or there.find(id=place), link


@pytest.mark.parametrize(("theme", "width"), [("light", PHONE), ("dark", DESK)])
def test_accessible(browser: Browser, site: Site, parsed: dict[str, BeautifulSoup], theme: Any, width: int) -> None:
    """axe-core finds nothing at all, and nothing but cards and tables is wider than the window."""
    page = browser.new_page(color_scheme=theme, viewport={"width": width, "height": 900})
    found = []
    for name in parsed:
        page.goto(f"{site.url}{name}.html")
        found += [f"{name}: {violation}" for violation in violations(page, CODE)]
        found += [f"{name}: wider: {part}" for part in page.evaluate(WIDER) if part.startswith(("<html", "<pre"))]
    page.close()
    assert found == []


def test_paper(browser: Browser, site: Site, parsed: dict[str, BeautifulSoup]) -> None:
    """Printed, nothing is cut off at the right and nothing is closed."""
    page = browser.new_page(viewport={"width": PAPER, "height": 900})
    page.emulate_media(media="print")
    for name in parsed:
        page.goto(f"{site.url}{name}.html")
        assert page.evaluate(WIDER) == [], name
        assert page.evaluate(CLOSED) == [], name
        assert not page.get_by_role("navigation").or_(page.locator(".skip")).first.is_visible()
    page.close()


@pytest.fixture
def watched(browser: Browser) -> Iterator[tuple[Page, Witness]]:
    """A page, and who sees what it asks of anybody but this machine."""
    with Witness() as witness:
        context = browser.new_context(proxy={"server": witness.url, "bypass": "127.0.0.1"}, java_script_enabled=False)
        yield context.new_page(), witness
        context.close()


def test_no_network(watched: tuple[Page, Witness], site: Site) -> None:
    """From the list to a lesson and on to the next with the keyboard: no script, and nobody else is asked."""
    page, witness = watched
    page.goto(site.url)
    page.get_by_role("link", name="08 Mid-stream").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith(f"{LESSON}.html#lesson")
    page.get_by_role("link", name="09 Logging").click()
    assert page.get_by_role("heading", level=1).count() == 1
    assert witness.seen == []
