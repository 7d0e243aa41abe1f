"""Which requests are attempts of one call: a retry sends the same again, once it has seen that it failed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from helpers.replay.waits import backoff
from helpers.replay.wire import Exchange

LONGEST: Final = 600.0
"""Seconds of API time after which the same request is a call of its own."""


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


def calls_in(exchanges: Iterable[Exchange]) -> list[Call]:
    """The calls, in the order of their first attempts.

    Equal requests that are under way side by side are calls of their own: nobody tries again what has not failed yet.
    """
    groups: list[list[Exchange]] = []
    same: dict[object, list[list[Exchange]]] = {}
    for one in exchanges:
        alike = same.setdefault((one.method, one.path, one.sent, one.request_bytes), [])
        candidates = [group for group in alike if _is_retry(group[-1], one)]
        if candidates:
            _likeliest(candidates, one).append(one)
        else:
            groups.append([one])
            alike.append(groups[-1])
    return [Call(tuple(group)) for group in groups]


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


def _likeliest(groups: Iterable[list[Exchange]], one: Exchange) -> list[Exchange]:
    """Whose next attempt `one` is: by the SDK's own count, then whoever failed last."""
    return max(groups, key=lambda group: (group[-1].retry_count == one.retry_count - 1, group[-1].ended or 0.0))


def _is_retry(before: Exchange, after: Exchange) -> bool:
    failed = not before.whole and before.ending not in (None, "abandoned")
    return failed and -1e-6 <= gap(before, after) < LONGEST
