"""A notebook as a page: what is in it, and what is escaped."""

import re

import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode, from_dict
from pygments.styles import get_style_by_name

from helpers.pages.rendering import COURSE, DARK, LIGHT, Page, render, render_contents

PAGES = [
    Page("00_start", "00 Start <here>", "see it"),
    Page("01_next", "01 Next"),
    Page("cheatsheet", "The cheat sheet"),
]
LEAST_CONTRAST = 4.5


def notebook() -> NotebookNode:
    """With every kind of output that a page knows."""
    html = {"text/html": "<p class='shown'>both</p>", "text/plain": "a twin"}
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "a < b & \x1b[31mred\x1b[0m"},
        {"output_type": "stream", "name": "stderr", "text": "a warning"},
        {"output_type": "execute_result", "data": {"text/plain": "<Outcome>"}, "metadata": {}, "execution_count": 1},
        {"output_type": "display_data", "data": html, "metadata": {}},
        {"output_type": "error", "ename": "ValueError", "evalue": "<no>", "traceback": ["ValueError: <no>"]},
    ]
    code = {"cell_type": "code", "source": "1 < 2", "metadata": {}, "outputs": outputs, "execution_count": 1, "id": "b"}
    prose = {"cell_type": "markdown", "source": "# A lesson\n\nSee `it`.", "metadata": {}, "id": "a"}
    whole = {"cells": [prose, code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    written: NotebookNode = from_dict(whole)  # type: ignore[no-untyped-call]
    return written


def parsed(place: int = 0, lite: str | None = None) -> BeautifulSoup:
    return BeautifulSoup(render(notebook(), PAGES, place, lite), "html.parser")


def test_outputs() -> None:
    """Each output says what it is; of an HTML output there is no twin."""
    soup = parsed()
    labels = ["Output", "Output on stderr", "Output", "Error"]
    assert [label.get_text() for label in soup.select(".label")] == labels
    # Who listens hears where each begins and ends.
    assert [group["aria-label"] for group in soup.select("main [role=group]")] == ["Code 1", *labels]
    assert [text.get_text() for text in soup.select("samp")] == [
        "a < b & red",
        "a warning",
        "<Outcome>",
        "ValueError: <no>",
    ]
    assert [text.get_text() for text in soup.select(".shown")] == ["both"]
    assert [code.get_text() for code in soup.select(".code pre")] == ["1 < 2\n"]


def test_typescript() -> None:
    """A cell of TypeScript is coloured as such, and not as Python."""
    cells = notebook()
    cells.cells[1].source = "%%typescript answer\nexport const answer = 4;"
    soup = BeautifulSoup(render(cells, PAGES, 0), "html.parser")
    coloured = {token.get_text(): token["class"] for token in soup.select(".code pre span[class]")}
    assert coloured["const"] == ["kd"]


def test_landmarks() -> None:
    """One main part with one h1; every navigation has a name of its own."""
    soup = parsed(1)
    assert [heading.get_text() for heading in soup.select("main h1")] == ["A lesson"]
    assert [nav["aria-label"] for nav in soup.select("nav")] == [
        "The course",
        "On this page",
        "The lessons beside this one",
    ]
    assert [(link["rel"], link["href"]) for link in soup.select("footer a")] == [
        (["prev"], "00_start.html"),
        (["next"], "cheatsheet.html"),
    ]


def test_title() -> None:
    """The title names the lesson first, then the course."""
    assert parsed().title is not None
    assert "<title>00 Start &lt;here&gt; – The Messages API in production</title>" in render(notebook(), PAGES, 0)
    assert f"<title>{COURSE}: all</title>" in render(notebook(), [Page("a", f"{COURSE}: all")], 0)


def test_way_to_the_notebook() -> None:
    """Beside JupyterLite a page leads to its notebook there; elsewhere it names the file."""
    assert parsed(lite="../lab/index.html?path=").select_one(
        '.notebook a[href="../lab/index.html?path=00_start.ipynb"]'
    )
    assert "notebooks/00_start.ipynb" in parsed().select(".notebook")[0].get_text()


def test_contents() -> None:
    """The list leads to every page, and says what a reader can do afterwards."""
    soup = BeautifulSoup(render_contents(PAGES, "../index.html"), "html.parser")
    assert [item.get_text() for item in soup.select("li")] == ["00 Start <here>: see it", "01 Next", "The cheat sheet"]
    assert [str(link["href"]) for link in soup.select("a")] == ["../index.html", *(page.file for page in PAGES)]


def test_asks_nobody() -> None:
    """No page has a script, or anything that a browser would fetch."""
    page = render(notebook(), PAGES, 0)
    assert not re.search(r"<script|<img|<iframe|@import|url\(|(src|href)=\"(https?:)?//", page)


@pytest.mark.parametrize("name", [LIGHT, DARK])
def test_contrast(name: str) -> None:
    """Every colour of code has a contrast of 4.5 to 1 with what is behind it, whatever a lesson writes."""
    style = get_style_by_name(name)
    pairs = [(kind["color"], kind["bgcolor"] or style.background_color[1:]) for _, kind in style if kind["color"]]
    assert len(pairs) > LEAST_CONTRAST
    assert min(contrast(*pair) for pair in pairs) >= LEAST_CONTRAST


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """As WCAG 2 defines it."""
    whole = colour if len(colour) == 6 else "".join(digit * 2 for digit in colour)
    parts = [int(whole[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
