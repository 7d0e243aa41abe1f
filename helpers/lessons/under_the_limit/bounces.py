"""A picture of who is refused, and when: a row for each way of sending, a mark for each request."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from helpers.display.axis import Axis
from helpers.display.card import Card
from helpers.display.lanes import NOMINAL, at, bare_lane, lane, lanes
from helpers.display.style import STYLE
from helpers.lessons.under_the_limit.rehearsal import Rehearsal
from helpers.replay import Exchange

EDGE: Final = 6.0
"""Of the axis's pixels, left free at both ends for marks that are wider than their moment."""
TOGETHER: Final = 0.25
"""Seconds in which requests are one mark."""
LINE: Final = (7.0, 14.0)
ARM: Final = (3.0, 6.0)
"""Pixels of a line, and of an arm of a cross, for one request and for `MANY`."""
MANY: Final = 24
SAYS: Final = (
    "A line above the row is an answered request, a cross below it a refused one; where several go out together, the "
    "mark is larger"
)


def bounces(ways: Mapping[str, Rehearsal]) -> Card:
    """Every request of each way at the moment when it went out."""
    lines = [f"{name}: {words(one)}" for name, one in ways.items()]
    last = max((moment for one in ways.values() for moment in _moments(one.wire)), default=0.0)
    axis = Axis((*range(int(last) + 1), last), EDGE, NOMINAL - 2 * EDGE)
    rows = (_row(name, one, axis) for name, one in ways.items())
    picture = lanes(f"{SAYS}. {'; '.join(lines)}.", axis, rows)
    html = f'{STYLE}<div class="course"><p class="dim">{escape(SAYS)}.</p>{picture}</div>'
    return Card(html, "\n".join(["Requests, by when they went out", *lines]))


def words(one: Rehearsal) -> str:
    """What came of it, in words."""
    if not one.sent:
        return "not written yet" if one.raised is None else f"raised {one.raised}"
    return f"✓ {one.answered} answered, ✗ {one.refused} refused, the last answer after {one.last:.0f} s"


def _moments(wire: Sequence[Exchange]) -> list[float]:
    return [moment for one in wire for moment in (one.started, one.ended or one.started)]


def _row(name: str, one: Rehearsal, axis: Axis) -> str:
    if not one.sent:
        return bare_lane(name, words(one))
    return lane(name, axis, "".join(_marks(one.wire, axis)), words(one))


def _marks(wire: Sequence[Exchange], axis: Axis) -> Iterator[str]:
    together = Counter((round(one.started / TOGETHER), one.whole) for one in wire)
    for (moment, whole), count in sorted(together.items()):
        x = at(axis.x(moment * TOGETHER))
        yield _line(x, _sized(LINE, count)) if whole else _cross(x, _sized(ARM, count))


def _sized(pixels: tuple[float, float], count: int) -> float:
    least, most = pixels
    return round(least + (most - least) * min(count - 1, MANY) / MANY, 1)


def _line(x: str, length: float) -> str:
    return f'<line x1="{x}" y1="-{length:g}" x2="{x}" y2="0" class="end course-answered"/>'


def _cross(x: str, arm: float) -> str:
    cross = f"M-{arm:g},2 l{2 * arm:g},{2 * arm:g} m0,-{2 * arm:g} l-{2 * arm:g},{2 * arm:g}"
    return f'<svg x="{x}" overflow="visible"><path d="{cross}" class="break course-refused"/></svg>'
