"""The error map as a picture: every status on one line, above it where the SDK tries again, below it where it does not.
Where a page answers in place of the API, so that the error has no type, it says so.

What the table `helpers.facts.errors.ERROR_MAP` says is what is drawn.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from helpers.display.card import Card
from helpers.display.style import scrolling
from helpers.facts.errors import ERROR_MAP, ErrorRow

WIDTH: Final = 780
LEFT: Final = 132
COLUMN: Final = 38
CHIP: Final = 34
AGAIN: Final = 44
ONCE: Final = 104
HEIGHT: Final = 164
PAGE: Final = 15
"""How far below its box a status is called a page."""
ROWS: Final[Sequence[ErrorRow]] = tuple(ERROR_MAP.values())
THUMB: Final = (("4xx: your bug", 400), ("5xx: the platform’s", 500))


def error_map() -> Card:
    """Which status the SDK sends again, and which of them the cheat sheet has."""
    label = escape(f"The error map. {' '.join(_sentences())}", quote=True)
    chips = "".join(_chip(index, row) for index, row in enumerate(ROWS))
    drawing = (
        f'<svg role="img" viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" aria-label="{label}">'
        f"{_lanes()}{_families()}{chips}"
        f'<text x="{LEFT}" y="{HEIGHT - 8}" class="note">dashed: not on the cheat sheet; '
        "page: it is not the API that answers, so the error has no type</text></svg>"
    )
    text = "\n".join(["The error map", *(f"  {line}" for line in _sentences())])
    return Card(scrolling(drawing, "The error map"), text)


def _sentences() -> Sequence[str]:
    return [
        f"The SDK tries again: {_listed(row for row in ROWS if row.retried_by_sdk)}.",
        f"Sent once: {_listed(row for row in ROWS if not row.retried_by_sdk)}.",
        f"Not on the cheat sheet: {_listed(row for row in ROWS if not row.on_cheat_sheet)}.",
        f"A page answers, without type and request id: {_listed(row for row in ROWS if row.type is None)}.",
    ]


def _listed(rows: Iterable[ErrorRow]) -> str:
    return ", ".join(str(row.status) for row in rows)


def _lanes() -> str:
    return (
        f'<text x="0" y="{AGAIN + 4}" class="name">the SDK tries again</text>'
        f'<text x="0" y="{ONCE + 4}" class="name">sent once</text>'
        f'<line x1="{LEFT}" y1="{(AGAIN + ONCE) / 2:g}" x2="{WIDTH}" y2="{(AGAIN + ONCE) / 2:g}" class="grid"/>'
    )


def _families() -> str:
    """The two halves of the rule of thumb, and the line between them."""
    drawn = []
    for text, least in THUMB:
        first = next(index for index, row in enumerate(ROWS) if row.status >= least)
        drawn.append(f'<text x="{_x(first)}" y="14" class="note">{text}</text>')
        if first:
            drawn.append(f'<line x1="{_x(first) - 2.5}" y1="4" x2="{_x(first) - 2.5}" y2="{ONCE + 24}" class="wait"/>')
    return "".join(drawn)


def _chip(index: int, row: ErrorRow) -> str:
    y = AGAIN if row.retried_by_sdk else ONCE
    line = "arrow" if row.on_cheat_sheet else "arrow dashed"
    middle = _x(index) + CHIP / 2
    page = "" if row.type else f'<text x="{middle:g}" y="{y + 13 + PAGE}" class="note middle">page</text>'
    return (
        f'<rect x="{_x(index)}" y="{y - 13}" width="{CHIP}" height="26" rx="5" class="{line}"/>'
        f'<text x="{middle:g}" y="{y + 4}" class="name middle">{row.status}</text>{page}'
    )


def _x(index: int) -> int:
    return LEFT + index * COLUMN
