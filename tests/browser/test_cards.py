"""Every card that an attempt of tests/attempts/ is answered with, drawn by the browser: nothing in it is cut off."""

import runpy
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from helpers.display import result_card
from helpers.judging.checking import check_function
from helpers.judging.offer import offer
from helpers.lessons.found import check_named

from .accessibility import severe_violations
from .lab import ROOT

ATTEMPTS: Final = sorted((ROOT / "tests" / "attempts").glob("*/*/*.py"))

# In the fonts of this very machine. Debian's DejaVu Sans is wider than what other systems have.
_MISPLACED: Final = """() => [...document.querySelectorAll('article')].flatMap(article => {
    const texts = [...article.querySelectorAll('svg text')];
    const boxes = texts.map(text => text.getBBox());
    const width = article.querySelector('svg')?.viewBox.baseVal.width;
    const cut = texts.filter((_, i) => boxes[i].x < 0 || boxes[i].x + boxes[i].width > width);
    const hidden = texts.filter((_, i) => boxes.some((other, j) => j > i && other.x < boxes[i].x + boxes[i].width
        && boxes[i].x < other.x + other.width && Math.abs(other.y - boxes[i].y) < 6));
    return [...cut.map(text => `${article.id}: cut off: ${text.textContent}`),
        ...hidden.map(text => `${article.id}: runs into another: ${text.textContent}`)];
})"""


@pytest.fixture(scope="module")
def cards() -> str:
    """All the cards below one another, as a page without JupyterLab shows them."""
    # Some attempts print.
    with redirect_stdout(StringIO()):
        return "<!doctype html><title>Cards</title>" + "".join(map(card_of, ATTEMPTS))


def card_of(attempt: Path) -> str:
    check = check_named(attempt.parent.name)
    function = runpy.run_path(str(attempt))[check.exercise.name]
    name = f"{check.exercise.name}/{attempt.stem}"
    verdict = check_function(check, function)
    html = result_card(verdict, offer(check, verdict)).html.replace("<details>", "<details open>")
    return f'<article id="{name}" class="jp-OutputArea-output">{html}</article>'


@pytest.fixture(params=["light", "dark"])
def page(browser: Browser, cards: str, request: pytest.FixtureRequest) -> Page:
    page = browser.new_page(color_scheme=request.param)
    page.set_content(cards)
    return page


def test_legible(page: Page) -> None:
    """No word leaves its picture or runs into another one."""
    misplaced: list[str] = page.evaluate(_MISPLACED)
    assert misplaced == []


def test_accessible(page: Page) -> None:
    """axe-core finds nothing serious, in the light and in the dark."""
    assert severe_violations(page) == []
