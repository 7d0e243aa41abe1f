"""Days of log lines as a picture: for each day, the share of the calls of the hour before that were not answered."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Final

from helpers.display.card import Card
from helpers.display.style import scrolling
from helpers.lessons.logging.days import LoggedDay
from helpers.lessons.logging.logs import Line

WIDTH: Final = 780
LEFT: Final = 200
RIGHT: Final = 215
"""Pixels kept for the names at the left and for the words at the right."""
TOP: Final = 20
ROW: Final = 44
TALLEST: Final = 34
STEP: Final = 10
"""Minutes between two points of a curve."""
OVER: Final = 20
"""Minutes without a call after which a day is over."""
FIRST: Final = 8 * 60
LAST: Final = 24 * 60
"""The minutes of the day that are drawn."""

Curve = Sequence[tuple[int, float]]
"""Minutes of the day, and the share of the calls of the hour before that were not answered."""


def alarm_chart(days: Mapping[str, LoggedDay], limit: float) -> Card:
    """A picture of `days`, each with a curve of its own, all on one scale, and the `limit` as a dashed line."""
    curves = {day.name: unanswered(day.lines) for day in days.values()}
    words = {day.name: _words(curves[day.name], day) for day in days.values()}
    height = TOP + ROW * len(days)
    drawn = _hours(height) + "".join(
        _row(name, curve, words[name], TOP + ROW * (index + 1) - 6, limit)
        for index, (name, curve) in enumerate(curves.items())
    )
    title = f"{len(days)} days: how many of the calls of the last hour were not answered"
    label = escape(f"{title}. {'; '.join(f'{name}: {said}' for name, said in words.items())}.", quote=True)
    html = (
        f'<p><b>{title}</b></p><svg role="img" width="100%" aria-label="{label}" '
        f'viewBox="0 0 {WIDTH} {height}">{drawn}</svg><p class="dim">The dashed line is at {limit:.1%}.</p>'
    )
    width = max(map(len, words))
    text = [title, *(f"  {name:<{width}}  {said}" for name, said in words.items())]
    return Card(scrolling(html, title), "\n".join(text))


def unanswered(lines: Iterable[Line]) -> Curve:
    """For every ten minutes of the day, the share of the calls of the hour before that have no stop reason.

    None where there was no call for a while: of the last few calls of a day, a share says nothing.
    """
    calls = sorted((_minute(line), line["stop_reason"] is None) for line in lines if "stop_reason" in line)
    moments = [moment for moment, _ in calls]
    curve: list[tuple[int, float]] = []
    for minute in range(FIRST, LAST, STEP):
        end = bisect_right(moments, minute)
        if bisect_right(moments, minute - OVER) < end:
            hour = [failed for _, failed in calls[bisect_right(moments, minute - 60) : end]]
            curve.append((minute, sum(hour) / len(hour)))
    return curve


def _minute(line: Line) -> float:
    moment = datetime.fromisoformat(line["timestamp"])
    return 60 * moment.hour + moment.minute + moment.second / 60


def _words(curve: Curve, day: LoggedDay) -> str:
    most = max(share for _, share in curve)
    return f"at most {most:.0%}; {'wake somebody' if day.rings else 'let them sleep'}"


def _x(minute: float) -> float:
    return round(LEFT + (minute - FIRST) * (WIDTH - LEFT - RIGHT) / (LAST - FIRST), 1)


def _hours(height: int) -> str:
    return "".join(
        f'<text x="{_x(minute)}" y="10" class="axis">{minute // 60:02}:00</text>'
        f'<line x1="{_x(minute)}" y1="14" x2="{_x(minute)}" y2="{height}" class="grid"/>'
        for minute in range(FIRST, LAST, 4 * 60)
    )


def _row(name: str, curve: Curve, words: str, bottom: int, limit: float) -> str:
    bars = "".join(
        f'<rect x="{_x(minute - STEP)}" y="{bottom - share * TALLEST:.1f}" '
        f'width="{_x(minute) - _x(minute - STEP) - 0.5:.1f}" height="{share * TALLEST:.1f}" class="ok"/>'
        for minute, share in curve
        if share
    )
    dashed = bottom - limit * TALLEST
    return (
        f'<text x="0" y="{bottom - 8}" class="name">{escape(name)}</text>{bars}'
        f'<line x1="{LEFT}" y1="{bottom}" x2="{WIDTH - RIGHT}" y2="{bottom}" class="grid"/>'
        f'<line x1="{LEFT}" y1="{dashed:.1f}" x2="{WIDTH - RIGHT}" y2="{dashed:.1f}" '
        f'stroke="currentColor" stroke-opacity=".7" stroke-dasharray="5 4"/>'
        f'<text x="{WIDTH - RIGHT + 12}" y="{bottom - 8}" class="note">{escape(words)}</text>'
    )
