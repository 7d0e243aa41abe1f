"""The wire timeline: each attempt, its status, the wait, the bytes and events, and where it broke.

One row per request. A thin line is the wait for an answer, a dotted line is silence or the SDK's wait before it tries
again. A bar begins at the first byte; a tick in it is an event; a straight end is the end of the answer, a torn end is
where it broke, a cross is where somebody stopped waiting. Where nothing but pings came any more, the bar ends before
them, and they are ticks on a dotted line. Drawn as inline SVG, with every fact also in the row's words and in the text
twin.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final, Literal

from helpers.display.axis import Axis
from helpers.display.lanes import NOMINAL, at, bare_lane, lane, lanes
from helpers.replay import Exchange

LEAST_TICK: Final = 4.0
"""Pixels between two ticks at least: of what stands closer, some go without."""
MOST_ROWS: Final = 32

Mark = Literal["ok", "bad", "none"]
SYMBOLS: Final = {"ok": "✓ ", "bad": "✗ ", "none": ""}
ENDINGS: Final = {
    "cut": "connection closed",
    "reset": "connection reset",
    "stall": "silence, then timeout",
    "warm_stall": "pings, no more text",
    "truncate": "ended, no message_stop",
    "malformed": "an event that is not JSON",
    "garbled": "can't be decompressed",
    "empty": "nothing in it",
    "page": "a page, not the API's",
    "refused": "connection refused",
    "timeout": "timed out",
    "abandoned": "the caller stopped reading",
}


@dataclass(frozen=True)
class Row:
    """One line of the picture: a label, the request it shows (None: none was sent), and words."""

    label: str
    """Empty in the second and later rows of what belongs together."""
    exchange: Exchange | None
    note: str = ""
    mark: Mark = "none"

    @property
    def name(self) -> str:
        """The label with the symbol of its mark."""
        return f"{SYMBOLS[self.mark]}{self.label}" if self.label else ""


def rows_of(log: Iterable[Exchange]) -> list[Row]:
    """A row for every request of a wire log."""
    return [Row(f"request {one.number}", one) for one in log]


def ending_words(exchange: Exchange) -> str:
    """How the exchange ended, in words."""
    if exchange.ending == "error_event":
        return f"error event: {exchange.error_type}"
    if exchange.ending == "abandoned" and _pings(exchange):
        return f"only pings; {ENDINGS['abandoned']}"
    if exchange.ending in ENDINGS:
        return ENDINGS[exchange.ending]
    if exchange.error_type is not None:
        return exchange.error_type
    if exchange.ending is None:
        return "under way"
    if exchange.status is not None and exchange.status >= 400:
        return ENDINGS["page"]
    return "message_stop" if exchange.events else "whole response"


def words(row: Row) -> str:
    """The row's words: status, how it ended, which attempt it was, and the note."""
    exchange = row.exchange
    if exchange is None:
        return row.note or "no request"
    status = "no response" if exchange.status is None else str(exchange.status)
    attempt = f" · attempt {exchange.retry_count + 1}" if exchange.retry_count else ""
    return f"{status} · {ending_words(exchange)}{attempt}" + (f" · {row.note}" if row.note else "")


def text(rows: Sequence[Row]) -> str:
    """The timeline's twin for terminals and screen readers: a line per row."""
    shown = _shown(rows)
    width = max((len(row.name) for row in shown), default=0)
    return "\n".join(f"  {row.name:<{width}}  {_line(row)}" for row in shown)


def _spoken(row: Row) -> str:
    """A line as a voice is given it: with a pause where the eye sees a gap, or "request 1 0 s" is ten seconds."""
    return ", ".join(part for part in (row.name, *_line(row).split(" · ")) if part)


def _line(row: Row) -> str:
    exchange = row.exchange
    if exchange is None:
        return words(row)
    ended = exchange.ended if exchange.ended is not None else exchange.started
    pings = len(_pings(exchange))
    events = f", {_count(len(exchange.events) - pings, 'event')}" if exchange.events else ""
    events += f" and then {pings} pings" if pings else ""
    size = _count(exchange.bytes, "byte")
    return f"{round(exchange.started, 2):g} s to {round(ended, 2):g} s: {words(row)} ({size}{events})"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def picture(rows: Sequence[Row], title: str) -> str:
    """The timeline as an inline picture named `title`; what it shows is also its description."""
    shown = _shown(rows)
    exchanges = [row.exchange for row in shown if row.exchange is not None]
    axis = Axis((moment for one in exchanges for moment in _moments(one)), 0, NOMINAL)
    drawn = (_lane(axis, row, _wait_from(shown, index)) for index, row in enumerate(shown))
    label = f"{title}. {'; '.join(map(_spoken, shown))}."
    # Where nothing was sent, there is no time to show.
    return lanes(label, axis if exchanges else None, drawn)


def _shown(rows: Sequence[Row]) -> list[Row]:
    if len(rows) <= MOST_ROWS:
        return list(rows)
    left = len(rows) - MOST_ROWS + 1
    return [*rows[: MOST_ROWS - 1], Row("…", None, f"and {left} more requests")]


def _moments(exchange: Exchange) -> Iterable[float]:
    yield exchange.started
    yield from (moment for _, moment in _progress(exchange))
    yield from (moment for moment in (exchange.first_byte, exchange.ended) if moment is not None)


def _pings(exchange: Exchange) -> Sequence[float]:
    """The moments of the pings that came after everything else: of two or more, for one is part of every stream."""
    moments = [moment for _, moment in takewhile(lambda event: event[0] == "ping", reversed(exchange.events))]
    return moments[::-1] if len(moments) > 1 else []


def _progress(exchange: Exchange) -> Sequence[tuple[str, float]]:
    """The events before those pings."""
    return exchange.events[: len(exchange.events) - len(_pings(exchange))]


def _wait_from(rows: Sequence[Row], index: int) -> float | None:
    """Where the wait before a retry began: the end of the attempt before it."""
    now = rows[index].exchange
    before = rows[index - 1].exchange if index else None
    return before.ended if now and before and now.retry_count == before.retry_count + 1 else None


def _lane(axis: Axis, row: Row, wait_from: float | None) -> str:
    if row.exchange is None:
        return bare_lane(row.name, words(row))
    return lane(row.name, axis, "".join(_bar(axis, row.exchange, row.mark, wait_from)), words(row))


def _bar(axis: Axis, exchange: Exchange, mark: Mark, wait_from: float | None) -> Iterable[str]:
    ended = exchange.ended if exchange.ended is not None else exchange.started
    first = exchange.first_byte if exchange.first_byte is not None else ended
    progress, pings = _progress(exchange), _pings(exchange)
    last = progress[-1][1] if progress else first
    silent = bool(pings) or exchange.ending in ("stall", "timeout", "refused")
    start, edge, end = axis.x(first), axis.x(last if silent else ended), axis.x(ended)
    if wait_from is not None:
        yield _level(axis.x(wait_from), axis.x(exchange.started), "wait")
    yield _level(axis.x(exchange.started), start, "asked")
    if edge > start:
        colour = "bad" if mark == "bad" or (mark == "none" and not exchange.whole) else "ok"
        yield f'<rect x="{at(start)}" y="-7" width="{at(edge - start)}" height="14" class="{colour}"/>'
    yield from _ticks(axis, [moment for _, moment in progress[:-1]], "tick")
    if silent:
        yield _level(edge, end, "wait")
        yield from _ticks(axis, pings[:-1], "asked")
    yield _end(end, silent=silent, whole=exchange.ending == "clean")


def _ticks(axis: Axis, moments: Iterable[float], name: str) -> Iterable[str]:
    """A tick at each of these moments that is not too close to the one before."""
    before = -LEAST_TICK
    for x in map(axis.x, moments):
        if x - before >= LEAST_TICK:
            yield f'<line x1="{at(x)}" y1="-4" x2="{at(x)}" y2="4" class="{name}"/>'
            before = x


def _level(start: float, end: float, name: str) -> str:
    return f'<line x1="{at(start)}" y1="0" x2="{at(end)}" y2="0" class="{name}"/>' if end > start else ""


def _end(x: float, *, silent: bool, whole: bool) -> str:
    if whole:
        return f'<line x1="{at(x)}" y1="-9" x2="{at(x)}" y2="9" class="end"/>'
    shape = "M-5,-5 l10,10 m0,-10 l-10,10" if silent else "M0,-10 l4,5 l-7,5 l7,5 l-4,5"
    return f'<svg x="{at(x)}"><path d="{shape}" class="break"/></svg>'
