"""How long a submission may take: so many seconds for everything that waits for its code, whatever its code does.

Half of them are kept for the exercises whose turn is still to come, in equal shares, so that none is left without; the
other half goes to whoever comes first, and so does what a turn leaves over.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

SECONDS_PER_SUBMISSION: Final = 90.0
"""Ten times what our own solutions of the whole course take, most of which is streams that stall."""
_LEAST: Final = 0.05
"""Seconds that are worth asking with: in fewer, nobody's function can be called."""


class UsedUp(Exception):  # noqa: N818 - a domain word
    """There is no time left for this turn."""


class Budget:
    """The seconds of one submission, by `clock`. They run from the first question that waits for its code."""

    def __init__(self, seconds: float = math.inf, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self.spent: dict[str, float] = {}
        """Seconds by exercise."""
        self._clock = clock
        self._end: float | None = None
        self._share = 0.0
        self._to_come = 0
        self._turn: tuple[str, float] | None = None

    def share_among(self, turns: int) -> None:
        """Keep a share for each of so many turns, until it comes."""
        self._to_come, self._share = turns, self.seconds / 2 / turns

    @contextmanager
    def spending_on(self, name: str) -> Iterator[None]:
        """While whatever is waited for is the doing of the exercise with this name."""
        self._to_come = max(0, self._to_come - 1)
        self._turn = name, self._clock()
        try:
            yield
        finally:
            self.spent[name] = self.spent_on(name)
            self._turn = None

    def grant(self, wanted: float) -> float:
        """As many of the `wanted` seconds as this turn may have. Raises `UsedUp` when it may have none."""
        if self._end is None:
            self._end = self._clock() + self.seconds
        left = self._end - self._clock() - (self._share * self._to_come if self._to_come else 0.0)
        if left < _LEAST:
            raise UsedUp
        return min(wanted, left)

    def spent_on(self, name: str) -> float:
        """Seconds that the exercise has taken so far."""
        now = self._clock() - self._turn[1] if self._turn is not None and self._turn[0] == name else 0.0
        return self.spent.get(name, 0.0) + now
