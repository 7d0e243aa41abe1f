"""What a breaker promises, held against the wire: when it opens, who is let through, what is sent again."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

Outcome = Literal["answer", "down", "neither"]

IN_A_ROW: Final = 5
REST: Final = 30.0
BUDGET: Final = 10.0
GIVES: Final = 0.1
LEEWAY: Final = 0.1
"""Seconds by which a moment may differ."""
ROUNDING: Final = 0.15
"""Of the budget: of what happens in the same moment, either may come first."""
JITTER: Final = 0.5
"""The share of a wait that chance may take off or add."""
FEW: Final = 3
"""Attempts after which a call may give up, whatever the budget holds."""


@dataclass(frozen=True)
class Attempt:
    """One request: when it was sent, when it was over, and what that says of the API."""

    started: float
    ended: float
    outcome: Outcome


def wrong_moment(sent: Sequence[Attempt], away: Sequence[float]) -> str | None:
    """What is wrong with when it was open; `away` are the moments in which callers were turned away."""
    rests, early = _rests(sent), too_early(sent)
    if early is not None:
        return f"a request went out {early[1]:.1f} s after the failure that opens it, and {REST:.0f} s are to pass."
    for moment in away:
        if not any(start - LEEWAY <= moment <= end + LEEWAY for start, end in (*rests, *_probes(sent, rests))):
            return "a caller was turned away while it should have been closed, or let one through."
    return None


def too_early(sent: Sequence[Attempt]) -> tuple[int, float] | None:
    """In the how manieth rest, from 0, the first request went out that should not have, after how many seconds of it;
    None where none did.
    """
    rests = _rests(sent)
    for one in sent:
        for place, (start, end) in enumerate(rests):
            if start + LEEWAY < one.started < end - LEEWAY:
                return place, one.started - start
    return None


def _rests(sent: Sequence[Attempt]) -> list[tuple[float, float]]:
    """From when until when nobody is let through: after five failures in a row, and after each that comes then."""
    in_a_row, rests = 0, []
    for one in sorted(sent, key=lambda one: one.ended):
        if one.outcome == "answer":
            in_a_row = 0
        elif one.outcome == "down":
            in_a_row += 1
            if in_a_row >= IN_A_ROW:
                rests.append((one.ended, one.ended + REST))
    return rests


def _probes(sent: Sequence[Attempt], rests: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """From when until when a probe is under way: the first request after each rest."""
    firsts = (next((one for one in sent if one.started >= end - LEEWAY), None) for _, end in rests)
    return [(one.started, one.ended) for one in firsts if one is not None]


def wrong_waits(calls: Sequence[Sequence[Attempt]]) -> str | None:
    """What is wrong with the waits before retries: they are 1, 2, 4 … seconds, more or less."""
    for call in calls:
        for place, (one, again) in enumerate(pairwise(call)):
            wait, right = again.started - one.ended, 2.0**place
            if not right * (1 - JITTER) <= wait <= right * (1 + JITTER):
                return f"retry {place + 1} of a call was sent after {wait:.1f} s: expected about {right:.0f} s."
    return None


def wrong_budget(calls: Sequence[Sequence[Attempt]]) -> str | None:
    """What is wrong with what was sent again, or not, for what the budget held then."""
    budget = BUDGET
    for one, is_last, place in _in_time(calls):
        if one.outcome == "answer":
            budget = min(BUDGET, budget + GIVES)
        elif is_last and place < FEW and budget >= 1 + ROUNDING:
            return f"a call gave up after {place} requests, with {budget:.1f} retries left for all."
        elif not is_last:
            if budget < 1 - ROUNDING:
                return f"a call was sent again where {budget:.1f} retries were left for all."
            budget -= 1
    return None


def _in_time(calls: Sequence[Sequence[Attempt]]) -> list[tuple[Attempt, bool, int]]:
    """Every attempt as they end, whether it is the last of its call, and the how manieth."""
    placed = [(one, place == len(call), place) for call in calls for place, one in enumerate(call, start=1)]
    return sorted(placed, key=lambda each: each[0].ended)
