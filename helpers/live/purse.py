"""The budget: what may be spent in this process, what was, and what is still under way."""

import math
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from helpers.live.refusal import BACK, LiveError
from helpers.settings import DEFAULT_BUDGET


@dataclass
class Entry:
    """A request that was let through, and what it costs: as much as it can, until its answer says what it did."""

    number: int
    what: str
    most: float
    settled: bool = False


class Purse:
    """Lets requests through while there is money for what they can cost at most, and keeps the running total.

    `say` is given a sentence before and after each. Several threads may spend from one.
    """

    def __init__(self, budget: float = DEFAULT_BUDGET, say: Callable[[str], None] | None = None) -> None:
        self.budget = budget
        self.spent = 0.0
        """Dollars, of requests whose answers said so, or that may have been paid for although no answer came."""
        self.requests = 0
        self._reserved = 0.0
        self._say = say or _on_stderr
        self._announced: set[str] = set()
        self._lock = threading.Lock()

    def announce(self, what: str) -> None:
        """Say `what`, once."""
        with self._lock:
            if what in self._announced:
                return
            self._announced.add(what)
        self._say(what)

    def reserve(self, what: str, most: float) -> Entry:
        """Let a request through that can cost `most` dollars. Raises `LiveError` when that is more than is left."""
        with self._lock:
            left = self.budget - self.spent - self._reserved
            if most > left:
                raise LiveError(
                    f"{what} can cost {dollars(most, up=True)}, and of COURSE_BUDGET={self.budget:g} no more than "
                    f"{dollars(max(left, 0.0))} is left, so it was not sent: raise COURSE_BUDGET, {BACK}."
                )
            self._reserved += most
            self.requests += 1
            entry = Entry(self.requests, what, most)
        price = f"at most {dollars(most, up=True)}" if most else "free"
        self._say(f"Live, request {entry.number}: {what}, {price}.")
        return entry

    def settle(self, entry: Entry, cost: float | None, answer: str) -> None:
        """Note what it did cost; None where no answer says so, and it counts in full. Only the first call counts."""
        with self._lock:
            if entry.settled:
                return
            entry.settled = True
            self._reserved -= entry.most
            self.spent += entry.most if cost is None else cost
            total = f"{dollars(self.spent)} of {dollars(self.budget)} spent so far"
        said = f"counted in full, {dollars(entry.most)}" if cost is None else dollars(cost)
        self._say(f"Live, request {entry.number}: {answer}, {said}; {total}.")


def dollars(amount: float, *, up: bool = False) -> str:
    """A sum as it is said, such as $0.0058 or $1.00. `up` rounds up: what is said to be the most must be."""
    places = 4 if 0 < amount < 0.1 else 2
    shown = math.ceil(amount * 10**places - 1e-9) / 10**places if up else amount
    return f"${shown:.{places}f}"


def _on_stderr(sentence: str) -> None:
    """Apart from what a cell prints itself."""
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201 - a person has to see it when it happens


PURSE: Final = Purse()
"""That of this process: all its clients spend from one."""
