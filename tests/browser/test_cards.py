"""Every card that an attempt of tests/attempts/ is answered with, drawn by the browser: nothing in it is cut off."""

import runpy
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

from helpers.display import result_card
from helpers.judging.checking import check_function
from helpers.judging.offer import offer
from helpers.lessons.found import check_named

from .accessibility import faint_texts, violations_in_outputs
from .lab import ROOT

WIDE: Final = 1280
NARROW: Final = 380
"""What JupyterLab leaves for an output in a window of 800 pixels."""
ATTEMPTS: Final = sorted((ROOT / "tests" / "attempts").glob("*/*/*.py"))

# In the fonts of this very machine. Debian's DejaVu Sans is wider than what other systems have.
_MISPLACED: Final = """() => [...document.querySelectorAll('article')].flatMap(article => {
    const place = part => part.getBoundingClientRect();
    const meet = (one, other) => one.left < other.right - 1 && other.left < one.right - 1
        && one.top < other.bottom - 1 && other.top < one.bottom - 1;
    const edge = place(article);
    const texts = [...article.querySelectorAll('svg text, .course-lanes b, .course-lanes span')];
    const places = texts.map(place);
    const cut = texts.filter((_, i) => places[i].left < edge.left || places[i].right > edge.right);
    const hidden = texts.filter((_, i) => places.some((other, j) => j > i && meet(places[i], other)));
    return [...cut.map(text => `${article.id}: cut off: ${text.textContent}`),
        ...hidden.map(text => `${article.id}: runs into another: ${text.textContent}`)];
})"""
# axe-core takes its time for every word. Wrong attempts come after right ones.
_LAST_OF_EACH: Final = """() => {
    const articles = [...document.querySelectorAll('article')];
    const last = new Map(articles.map(article => [article.id.split('/')[0], article]));
    articles.filter(article => last.get(article.id.split('/')[0]) !== article)
        .forEach(article => article.classList.remove('jp-OutputArea-output'));
}"""
_BELOW: Final = """() => [...document.querySelectorAll('.course-lane + span')].map(words =>
    words.getBoundingClientRect().top >= words.previousElementSibling.getBoundingClientRect().bottom)"""
_MOVING: Final = """() => [...document.querySelectorAll('article *')].filter(part =>
    getComputedStyle(part).animationName !== 'none' || getComputedStyle(part).transitionDuration !== '0s')
    .map(part => part.outerHTML.slice(0, 200))"""
_FADED: Final = """() => [...document.querySelectorAll('svg text')]
    .filter(text => getComputedStyle(text).opacity !== '1').map(text => text.textContent)"""
_FILLS: Final = """() => Object.fromEntries(['ok', 'bad'].map(name => [name, [...new Set(
    [...document.querySelectorAll(`.course-lane .${name}`)].map(bar => getComputedStyle(bar).fill))]]))"""


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


def open_page(browser: Browser, cards: str, **options: Any) -> Page:
    page = browser.new_page(**options)
    page.set_content(cards)
    return page


@pytest.fixture(scope="module", params=[("light", WIDE), ("dark", NARROW)], ids=["light and wide", "dark and narrow"])
def page(browser: Browser, cards: str, request: pytest.FixtureRequest) -> Page:
    scheme, width = request.param
    return open_page(browser, cards, color_scheme=scheme, viewport={"width": width, "height": 1000})


def test_legible(page: Page) -> None:
    """No word leaves its card or runs into another one."""
    misplaced: list[str] = page.evaluate(_MISPLACED)
    assert misplaced == []


def test_words_find_their_place(page: Page) -> None:
    """At the right of their bar, or below it where there is no room."""
    narrow = (page.viewport_size or {"width": 0})["width"] == NARROW
    assert set(page.evaluate(_BELOW)) == {narrow}


def test_accessible(page: Page) -> None:
    """axe-core finds nothing in the card of one wrong attempt at each exercise, nor are letters in pictures faint."""
    page.evaluate(_LAST_OF_EACH)
    assert violations_in_outputs(page) == []
    assert faint_texts(page) == []


def test_buttons_need_lab(page: Page) -> None:
    """Where no JupyterLab acts on them there are no buttons, neither to be seen nor to be reached."""
    assert page.locator(".course-asking button").count() > 0
    assert page.locator(".course-asking button:visible").count() == 0


def test_nothing_moves(page: Page) -> None:
    """Who asked for less motion gets none, because there is none."""
    assert page.evaluate(_MOVING) == []


def test_letters_whole(page: Page) -> None:
    """What is pale in a picture has a pale fill: WebKit cuts the tops off letters that are faded as a whole."""
    assert page.evaluate(_FADED) == []


def test_forced_colours(browser: Browser, cards: str) -> None:
    """In the two colours that somebody chose, what went wrong differs from what went well: its bar is hollow."""
    page = open_page(browser, cards, forced_colors="active", color_scheme="dark")
    assert page.evaluate(_FILLS) == {"ok": ["rgb(255, 255, 255)"], "bad": ["rgb(0, 0, 0)"]}
    assert faint_texts(page) == []


@pytest.mark.weekly
def test_editor(browser: Browser, cards: str) -> None:
    """In the light theme of VS Code's notebook editor cards are light, whatever the system's theme."""
    page = open_page(browser, cards, color_scheme="dark")
    page.evaluate(_LAST_OF_EACH)
    page.evaluate("document.body.classList.add('vscode-light')")
    assert violations_in_outputs(page) == []
    grounds = page.locator(".course").evaluate_all("all => all.map(one => getComputedStyle(one).backgroundColor)")
    assert set(grounds) == {"rgb(255, 255, 255)"}
