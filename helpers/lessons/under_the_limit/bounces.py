"""A picture of who is refused, and when: a row for each way of sending, a mark for each request."""

from collections.abc import Mapping, Sequence
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
ANSWERED: Final = 9
REFUSED: Final = 4
"""Pixels from the middle of a row to the end of a line, and of an arm of a cross."""
SAYS: Final = "A line above the row is a request that was answered, a cross below it one that was refused"


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
    return lane(name, axis, "".join(_mark(each, axis) for each in one.wire), words(one))


def _mark(one: Exchange, axis: Axis) -> str:
    x = at(axis.x(one.started))
    if one.whole:
        return f'<line x1="{x}" y1="-{ANSWERED}" x2="{x}" y2="0" class="end course-answered"/>'
    cross = f"M-{REFUSED},1 l{2 * REFUSED},{2 * REFUSED} m0,-{2 * REFUSED} l-{2 * REFUSED},{2 * REFUSED}"
    return f'<svg x="{x}" overflow="visible"><path d="{cross}" class="break course-refused"/></svg>'
