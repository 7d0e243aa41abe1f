"""How much a document holds. What crosses the boundary is bounded in depth and number, as it is in bytes.

A document of a megabyte can hold three hundred thousand empty lists, or one in the other until nobody's recursion
reaches the innermost.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from helpers.calling.observation import DEEPEST

MOST_LEVELS: Final = DEEPEST + 10
"""Of an answer: those of a value, and those around it."""
MOST_VALUES: Final = 50_000
"""In one answer: five times what any exercise has to say."""
VALUE: Final = 64
"""Bytes that a small value takes beside what it is written with."""


def excess(document: Any, line: bytes) -> str | None:
    """What is too much of `document`, which `line` holds as JSON: the end of a sentence; None where nothing is."""
    # No document is deeper than it has openings, or holds more than it has openings and commas.
    openings = line.count(b"[") + line.count(b"{")
    if openings <= MOST_LEVELS and openings + line.count(b",") <= MOST_VALUES:
        return None
    level, values = [document], 0
    for _ in range(MOST_LEVELS):
        level = list(chain.from_iterable(map(_inner, level)))
        values += len(level)
        if values > MOST_VALUES:
            return f"holds more than {MOST_VALUES:,} values"
        if not level:
            return None
    return f"is nested more than {MOST_LEVELS} deep"


def weight(line: bytes) -> int:
    """About how many bytes a document takes that `line` holds as JSON."""
    return len(line) + VALUE * sum(map(line.count, (b"[", b"{", b",")))


def _inner(value: Any) -> Iterator[Any]:
    yield from value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
