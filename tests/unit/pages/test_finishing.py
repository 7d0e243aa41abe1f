"""What becomes of what nbconvert leaves open."""

import pytest
from bs4 import BeautifulSoup, Tag

from helpers.display.style import STYLE
from helpers.pages.finishing import finish, without_sheets

PAGES = ("05_errors", "cheatsheet")


def finished(main: str, before: str = "") -> BeautifulSoup:
    return BeautifulSoup(finish(f"{before}<main>{main}</main>", PAGES), "html.parser")


def one(soup: BeautifulSoup, selector: str) -> Tag:
    (tag,) = soup.select(selector)
    return tag


def test_sections() -> None:
    """Every section has a place, and the page begins with the list of them."""
    soup = finished("<h2>200, and <code>cut</code></h2><h3>Then</h3>", '<nav class="contents"></nav>')
    link = one(soup, "nav a")
    assert (link["href"], link.get_text()) == ("#at-200-and-cut", "200, and cut")
    assert [heading["id"] for heading in soup.select("main h2, main h3")] == ["at-200-and-cut", "at-then"]


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("05_errors.ipynb", "05_errors.html"),
        ("../notebooks/05_errors.ipynb#The-map", "05_errors.html#at-the-map"),
        ("#The-map", "#at-the-map"),
        ("https://example.com/a.ipynb", "https://example.com/a.ipynb"),
    ],
)
def test_links(address: str, leads_to: str) -> None:
    """A notebook's link leads to its page."""
    assert one(finished(f'<a href="{address}">there</a>'), "a")["href"] == leads_to


@pytest.mark.parametrize("address", ["../helpers/patterns.py", "14_pacing.ipynb"])
def test_no_link(address: str) -> None:
    """What is in the course's folder alone is named, and no link."""
    soup = finished(f'<p>See <a href="{address}">it</a>.</p>')
    assert (soup.select("a"), one(soup, "p").get_text()) == ([], "See it.")


def test_headless_table() -> None:
    """Where the header of a table is empty, its rows have headers."""
    soup = finished(
        "<table><thead><tr><th></th><th></th></tr></thead><tbody><tr><td>Fix</td><td>it</td></tr></tbody></table>"
    )
    assert one(soup, "th[scope=row]").get_text() == "Fix"
    assert soup.select("thead") == []


def test_named_rows() -> None:
    """The first cell of a row is its header where the columns have some too."""
    soup = finished(
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
    )
    assert [(head["scope"], head.get_text()) for head in soup.select("th")] == [
        ("col", "a"),
        ("col", "b"),
        ("row", "1"),
    ]


def test_empty_corner() -> None:
    """A header that says nothing is none; the others say what they head."""
    soup = finished('<table><thead><tr><th scope="col"></th><th>b</th></tr></thead></table>')
    assert one(soup, "th[scope=col]").get_text() == "b"
    assert one(soup, "thead td").attrs == {}


@pytest.mark.parametrize(
    ("card", "name"),
    [
        (
            '<section class="course course-card" aria-label="passed: fits"><svg aria-label="A. B."></svg></section>',
            "passed: fits",
        ),
        ('<div class="course"><table><caption>The tasks</caption></table></div>', "The tasks"),
        ('<div class="course"><div role="img" aria-label="The wire. request 1"></div></div>', "The wire"),
        ('<div class="course"><p>Nothing yet.</p></div>', "Output"),
    ],
)
def test_groups(card: str, name: str) -> None:
    """A card is a group with a name, which the keyboard reaches; it is no landmark."""
    group = one(finished(card), "div.course")
    assert (group["role"], group["tabindex"], group["aria-label"]) == ("group", "0", name)


def test_no_buttons() -> None:
    """What only JupyterLab can do is not on a page."""
    asking = '<div class="course-asking"><button type="button">Hint</button></div>'
    assert finished(f'<section class="course" aria-label="a">{asking}</section>').select("button") == []


def test_one_sheet() -> None:
    """Cards leave their style sheet to the page."""
    assert without_sheets(f"{STYLE}<p>a</p>{STYLE}") == "<p>a</p>"
