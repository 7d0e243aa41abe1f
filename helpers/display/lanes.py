"""Lanes: a picture with a row for each thing, its name, what is drawn of it over one axis, and its words.

A grid of three columns. Where it is too narrow for them, they stand below one another: names and words are HTML, which
finds its place, and places on the axis are shares of its width.
"""

from collections.abc import Iterable
from html import escape
from typing import Final

from helpers.display.axis import Axis

DAY: Final = 86_400.0
"""Seconds."""
NOMINAL: Final = 240.0
"""Pixels of the axis that places on it are counted in. It is drawn as wide as there is room, rarely narrower."""


def lanes(label: str, axis: Axis | None, rows: Iterable[str]) -> str:
    """The picture of these rows, each a `lane`, below the labels of `axis`, if any; `label` says what it shows."""
    labels = _drawn("axis", _labels(axis)) if axis else ""
    name = escape(label, quote=True)
    return f'<div role="img" aria-label="{name}" class="course-lanes"><div>{labels}{"".join(rows)}</div></div>'


def lane(name: str, axis: Axis, shapes: str, words: str) -> str:
    """A row. The zero of the y of `shapes` is its middle, wherever that is: words on two lines make a row higher."""
    grid = "".join(
        f'<line x1="{at(axis.x(second))}" y1="0" x2="{at(axis.x(second))}" y2="100%" class="grid"/>'
        for second in axis.ticks()
    )
    return _name(name) + _drawn("lane", f'{grid}<svg y="50%">{shapes}</svg>') + _words(words)


def bare_lane(name: str, words: str) -> str:
    """A row in which nothing is drawn."""
    return _name(name) + _words(words)


def at(x: float) -> str:
    """A place on the axis, or a length along it, as a share of its width."""
    return f"{round(x / NOMINAL * 100, 2):g}%"


def _labels(axis: Axis) -> str:
    # From a day on what counts is how long the gap was.
    seconds = ((axis.x(second), f"{second:g} s") for second in axis.ticks() if second < DAY)
    gaps = ((axis.middle(gap), f"… {_length(gap[1] - gap[0])} …") for gap in axis.labelled_gaps())
    return "".join(f'<text x="{at(x)}" y="10" class="axis">{said}</text>' for x, said in (*seconds, *gaps))


def _length(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 2 * DAY else f"{seconds / DAY:.0f} days"


def _drawn(name: str, shapes: str) -> str:
    return f'<div class="course-{name}"><svg aria-hidden="true">{shapes}</svg></div>'


def _name(name: str) -> str:
    return f"<b>{escape(name)}</b>" if name else ""


def _words(words: str) -> str:
    return f"<span>{escape(words)}</span>"
