"""What nbconvert leaves open in a page: places to link to, links to other pages, and cards as part of a page."""

import re
from collections.abc import Collection
from posixpath import basename
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from helpers.display.style import STYLE


def without_sheets(html: str) -> str:
    """`html` without the style sheet that every card brings along: a page has it once, in its head."""
    return html.replace(STYLE, "")


def finish(html: str, pages: Collection[str]) -> str:
    """The page `html` as it is to be on disk. `pages` are the names of the notebooks that are pages too."""
    soup = BeautifulSoup(html, "html.parser")
    _name_headings(soup)
    _list_headings(soup)
    _lead_to_pages(soup, pages)
    _head_tables(soup)
    _frame_tables(soup)
    _frame_cards(soup)
    return f"{soup}\n"


def slug(text: str) -> str:
    """What a heading with this text is called in an address."""
    return "at-" + re.sub(r"\W+", "-", text.lower()).strip("-")


def _name_headings(soup: BeautifulSoup) -> None:
    for heading in soup.select("main h2, main h3"):
        heading["id"] = slug(heading.get_text())


def _list_headings(soup: BeautifulSoup) -> None:
    """The sections of the page, where its template has a place for them."""
    place = soup.select_one("nav.contents")
    sections = soup.select("main h2")
    if place is None or not sections:
        return
    items = soup.new_tag("ul")
    for section in sections:
        link = soup.new_tag("a", href=f"#{section['id']}", string=section.get_text())
        item = soup.new_tag("li")
        item.append(link)
        items.append(item)
    place.append(items)


def _lead_to_pages(soup: BeautifulSoup, pages: Collection[str]) -> None:
    """Links to notebooks lead to their pages. What is in the course's folder alone is named, and no link."""
    for link in soup.select("main a[href]"):
        address = urlsplit(str(link["href"]))
        if address.scheme or address.netloc:
            continue
        place = f"#{slug(address.fragment)}" if address.fragment else ""
        name = basename(address.path).removesuffix(".ipynb")
        if not address.path:
            link["href"] = place
        elif name in pages:
            link["href"] = f"{name}.html{place}"
        elif not address.path.endswith(".html"):
            link.unwrap()


def _head_tables(soup: BeautifulSoup) -> None:
    """Every header says what it heads, and none is empty. The first cell of a row says what the row is about.

    Markdown knows neither a header of a row nor a table without one above its columns.
    """
    for cell in soup.select("main th"):
        if not cell.get_text(strip=True):
            cell.name = "td"
            del cell["scope"]
        elif not cell.get("scope"):
            cell["scope"] = "col"
    for cell in soup.select("main > table tbody td:first-child"):
        cell.name = "th"
        cell["scope"] = "row"
    for head in soup.select("main thead"):
        if not head.select("th"):
            head.decompose()


def _frame_tables(soup: BeautifulSoup) -> None:
    """A table of the text scrolls by itself where the page is narrower, and the page does not."""
    for table in soup.select("main > table"):
        heading = table.find_previous(["h1", "h2", "h3"])
        frame = table.wrap(soup.new_tag("div", attrs={"class": "table"}))
        _make_group(frame, f"Table: {heading.get_text()}" if heading else "Table")


def _frame_cards(soup: BeautifulSoup) -> None:
    """Cards and pictures are groups, not landmarks: a page has dozens. What they are called comes first. Their buttons
    need JupyterLab.
    """
    for buttons in soup.select("main .course-asking"):
        buttons.decompose()
    for card in soup.select("main .course"):
        card.name = "div"
        _make_group(card, str(card.get("aria-label") or _called(card)))


def _called(card: Tag) -> str:
    """The name of a card that has none of its own: its table's, or its picture's."""
    caption = card.select_one("caption")
    picture = card.select_one("[role=img][aria-label]")
    if caption is not None:
        return caption.get_text()
    return str(picture["aria-label"]).partition(". ")[0] if picture is not None else "Output"


def _make_group(tag: Tag, name: str) -> None:
    """What may be wider than the page can be reached and scrolled by the keyboard, and says what it is."""
    tag["role"] = "group"
    tag["tabindex"] = "0"
    tag["aria-label"] = name
