"""A score card of a day of chaos: a bar for each failure, before and after, and a table that says the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple, Protocol

from helpers.display.card import Card, card, code_marks
from helpers.display.style import scrolling
from helpers.display.table import table

WIDTH: Final = 780
LABEL: Final = 300
BAR: Final = 300
ROW: Final = 22


class Score(Protocol):
    """How often something went wrong, of how many times that it could."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def bad(self) -> int:
        """How often it did."""

    @property
    def of(self) -> int:
        """How often it could."""

    @property
    def is_full(self) -> bool:
        """Whether it never did."""


class Scored(Protocol):
    """A day that was, the first or the second."""

    @property
    def scores(self) -> Sequence[Score]:
        """One for each thing that can go wrong."""

    @property
    def stopped(self) -> str | None:
        """Why it ended early, when it did."""


class Column(NamedTuple):
    """One day, and what it is called."""

    name: str
    day: Scored

    @property
    def scores(self) -> Sequence[Score]:
        """Its scores, one per failure."""
        return self.day.scores


def score_card(before: Scored, after: Scored | None = None) -> Card:
    """How often each of the five failures happened on one day, or on two. Of a second day, each of its five faults."""
    days = {"before": before} if after is None else {"before": before, "after": after}
    return _card([Column(name, day) for name, day in days.items()])


def _card(columns: Sequence[Column]) -> Card:
    for column in columns:
        if column.day.stopped is not None:
            sentence = f"{column.name}: the bot did not get through the day. {column.day.stopped}"
            return card(f"<p>{code_marks(sentence)}</p>", sentence, label="No scores", border="course-wrong")
    rows = [
        [score.name, *(_words(column.scores[index]) for column in columns)]
        for index, score in enumerate(columns[0].scores)
    ]
    total = [f"{column.name}: {_full(column)} of {len(column.scores)} failures are gone" for column in columns]
    caption = "How often each failure happened"
    words = table(caption, ["failure", *(column.name for column in columns)], rows)
    summary = "; ".join(total)
    picture = scrolling(f"{_svg(columns, summary)}<p><b>{escape(summary)}.</b></p>", caption)
    return Card(picture + words.html, f"{words.text}\n{summary}.")


def _full(column: Column) -> int:
    return sum(score.is_full for score in column.scores)


def _words(score: Score) -> str:
    return f"{'✓' if score.is_full else '✗'} {score.bad} of {score.of}"


def _svg(columns: Sequence[Column], summary: str) -> str:
    group = ROW * len(columns) + 12
    height = group * len(columns[0].scores)
    bars = "".join(
        _bars(group * index, [(column.name, column.scores[index]) for column in columns])
        for index in range(len(columns[0].scores))
    )
    return (
        f'<svg role="img" viewBox="0 0 {WIDTH} {height}" width="100%" '
        f'aria-label="Bars for the table below. {escape(summary)}.">{bars}</svg>'
    )


def _bars(y: int, days: Sequence[tuple[str, Score]]) -> str:
    name = f'<text x="0" y="{y + 15}" class="name">{escape(days[0][1].name)}</text>'
    return name + "".join(_bar(y + ROW * index, day, score) for index, (day, score) in enumerate(days))


def _bar(y: int, day: str, score: Score) -> str:
    share = score.bad / score.of if score.of else 0.0
    frame = f'<rect x="{LABEL}" y="{y + 3}" width="{BAR}" height="15" class="frame"/>'
    bad = f'<rect x="{LABEL}" y="{y + 3}" width="{BAR * share:.1f}" height="15" class="bad"/>' if score.bad else ""
    return f'{frame}{bad}<text x="{LABEL + BAR + 12}" y="{y + 15}">{escape(f"{day}: {_words(score)}")}</text>'
