"""Which requests are attempts of one call: a retry sends the same again, once it has seen that it failed."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import Final

from helpers.replay.waits import backoff
from helpers.replay.wire import Exchange

MESSAGES: Final = "/v1/messages"
BATCHES: Final = "/v1/messages/batches"
LONGEST: Final = 600.0
"""Seconds of API time after which the same request is a call of its own."""
NOBODY_KNOWS: Final[Mapping[int, int]] = {}


@dataclass(frozen=True)
class Call:
    """One call of an app, with every attempt at it, in the order in which they were sent."""

    attempts: tuple[Exchange, ...]

    @property
    def first(self) -> Exchange:
        """The first attempt."""
        return self.attempts[0]

    @property
    def last(self) -> Exchange:
        """The last attempt: what became of the call."""
        return self.attempts[-1]

    @property
    def pairs(self) -> Iterator[tuple[Exchange, Exchange]]:
        """Every attempt with the one after it."""
        return pairwise(self.attempts)

    @property
    def app_retries(self) -> Sequence[tuple[Exchange, Exchange]]:
        """Those pairs whose second was not sent by the SDK of itself."""
        return [(before, after) for before, after in self.pairs if after.retry_count == 0]


def calls_in(exchanges: Iterable[Exchange], threads: Mapping[int, int] = NOBODY_KNOWS) -> list[Call]:
    """The calls, in the order of their first attempts. `threads` says by a request's number which one sent it.

    Attempts that the SDK counts make a round, and a round after one that failed is another at the same call. Equal
    requests that are under way side by side are calls of their own: nobody tries again what has not failed yet. So are
    those of two threads.
    """
    same: dict[object, list[Exchange]] = {}
    for one in exchanges:
        alike = (one.method, one.path, one.sent, one.request_bytes, threads.get(one.number))
        same.setdefault(alike, []).append(one)
    calls = [call for equal in same.values() for call in _joined(_rounds(equal))]
    return sorted((Call(tuple(call)) for call in calls), key=lambda call: call.first.number)


def _rounds(alike: Iterable[Exchange]) -> list[list[Exchange]]:
    """Equal requests, as the SDK counts its attempts. Side by side, it is the one whose wait is over."""

    def lateness(before: Exchange, after: Exchange) -> float:
        counts_on = before.retry_count == after.retry_count - 1
        return abs(gap(before, after) - (before.retry_wait or 0.0)) if counts_on else math.inf

    return _chained([[one] for one in alike], lateness)


def _joined(rounds: Iterable[list[Exchange]]) -> list[list[Exchange]]:
    """Rounds of equal requests, each with those after it that are another try at the same: what failed last."""
    return _chained(rounds, gap)


def _chained(links: Iterable[list[Exchange]], lateness: Callable[[Exchange, Exchange], float]) -> list[list[Exchange]]:
    """`links` in chains: each goes on with what had failed before it, and is the least late after that."""
    chains: list[list[Exchange]] = []
    failed: list[list[Exchange]] = []
    for link in links:
        late = [(lateness(each[-1], link[0]), each) for each in failed if _is_retry(each[-1], link[0])]
        least, chain = min(late, key=itemgetter(0), default=(math.inf, []))
        if least == math.inf:
            chain = []
            chains.append(chain)
        chain += link
        failed = [each for each in failed if each is not chain]
        if _has_failed(chain[-1]):
            failed.append(chain)
    return chains


def gap(before: Exchange, after: Exchange) -> float:
    """Seconds of API time from the end of `before` to the beginning of `after`."""
    return after.started - (before.ended or 0.0)


def asked_wait(exchange: Exchange) -> float | None:
    """The seconds that the API asked to wait before the next attempt; None where it named none."""
    wait = exchange.retry_wait
    return None if wait is None or wait == backoff(exchange.retry_count) else wait


def passes(exchange: Exchange) -> bool:
    """Whether it failed in a way that another attempt may mend, before any of the answer was there."""
    return exchange.retry_wait is not None


def _has_failed(one: Exchange) -> bool:
    return not one.whole and one.ending not in (None, "abandoned")


def _is_retry(before: Exchange, after: Exchange) -> bool:
    return _has_failed(before) and -1e-6 <= gap(before, after) < LONGEST
