"""A day of log lines as a picture: a row of bars for each outcome, ten minutes a bar."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Final

from helpers.display.card import Card
from helpers.display.style import scrolling

WIDTH: Final = 780
LEFT: Final = 170
RIGHT: Final = 190
"""Pixels kept for the names at the left and for the words at the right."""
TOP: Final = 20
ROW: Final = 34
TALLEST: Final = 26
MINUTES: Final = 10

Counts = Mapping[str, Counter[int]]
"""For each outcome, how many lines there are in each ten minutes of the day."""


def log_chart(lines: Sequence[tuple[str, str]]) -> Card:
    """A picture of `lines`, each a timestamp in RFC 3339 and an outcome. Every row has a scale of its own."""
    counts = _counts(lines)
    slots = sorted({slot for row in counts.values() for slot in row})
    first, last = slots[0], slots[-1]
    words = {outcome: _words(row) for outcome, row in counts.items()}
    drawn = _hours(first, last, TOP + ROW * len(counts)) + "".join(
        _row(outcome, row, words[outcome], TOP + ROW * (index + 1) - 6, first, last)
        for index, (outcome, row) in enumerate(counts.items())
    )
    title = f"{len(lines)} log lines, in pieces of ten minutes"
    label = escape(f"{title}. {'; '.join(f'{outcome}: {words[outcome]}' for outcome in counts)}.", quote=True)
    html = (
        f'<p><b>{title}</b></p><svg role="img" width="100%" aria-label="{label}" '
        f'viewBox="0 0 {WIDTH} {TOP + ROW * len(counts)}">{drawn}</svg>'
    )
    width = max(map(len, counts))
    return Card(
        scrolling(html, title), "\n".join([title, *(f"  {outcome:<{width}}  {words[outcome]}" for outcome in counts)])
    )


def _counts(lines: Sequence[tuple[str, str]]) -> Counts:
    """The most frequent outcome first."""
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for timestamp, outcome in lines:
        moment = datetime.fromisoformat(timestamp)
        counts[outcome][(60 * moment.hour + moment.minute) // MINUTES] += 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1].total(), item[0])))


def _words(row: Counter[int]) -> str:
    slot, most = max(row.items(), key=lambda item: (item[1], -item[0]))
    return f"{row.total()}, at most {most}, at {_clock(slot)}"


def _clock(slot: int) -> str:
    return f"{slot * MINUTES // 60:02}:{slot * MINUTES % 60:02}"


def _x(slot: int, first: int, last: int) -> float:
    return round(LEFT + (slot - first) * (WIDTH - LEFT - RIGHT) / (last + 1 - first), 1)


def _hours(first: int, last: int, height: int) -> str:
    places = [(slot, _x(slot, first, last)) for slot in range(first, last + 2) if slot * MINUTES % 120 == 0]
    return "".join(
        f'<text x="{x}" y="10" class="axis">{_clock(slot)}</text>'
        f'<line x1="{x}" y1="14" x2="{x}" y2="{height}" class="grid"/>'
        for slot, x in places
    )


def _row(outcome: str, row: Counter[int], words: str, bottom: int, first: int, last: int) -> str:
    most = max(row.values())
    width = _x(first + 1, first, last) - _x(first, first, last) - 0.5
    bars = "".join(
        f'<rect x="{_x(slot, first, last)}" y="{bottom - count / most * TALLEST:.1f}" width="{width:.1f}" '
        f'height="{count / most * TALLEST:.1f}" class="ok"/>'
        for slot, count in sorted(row.items())
    )
    return (
        f'<text x="0" y="{bottom - 6}" class="name">{escape(outcome)}</text>{bars}'
        f'<line x1="{LEFT}" y1="{bottom}" x2="{WIDTH - RIGHT}" y2="{bottom}" class="grid"/>'
        f'<text x="{WIDTH - RIGHT + 16}" y="{bottom - 6}" class="note">{escape(words)}</text>'
    )
