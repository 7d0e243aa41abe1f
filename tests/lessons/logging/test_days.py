"""Eight days of lines: nothing but what happens on them tells which are bad."""

from collections import Counter

import pytest

from helpers.lessons.logging.days import (
    BAD,
    BURNING,
    EVERY,
    GOOD,
    INCOMPLETE,
    LEAVERS,
    MODEL_DOWN,
    NO_IDS,
    ONE_CUSTOMER,
    QUIET,
    RARE,
    RETRIED,
    LoggedDay,
    eight_days,
)
from helpers.lessons.logging.logs import FIELDS, Line

SEEDS = [1, 2, b"key" * 8]


def _calls(day: LoggedDay) -> list[Line]:
    return [line for line in day.lines if "attempt" not in line]


def _failed(day: LoggedDay) -> float:
    """The share of the whole day's calls that failed."""
    calls = _calls(day)
    return sum(line["stop_reason"] is None for line in calls) / len(calls)


def test_four_and_four() -> None:
    """The same for the same seed; four bad days, four good ones."""
    week = eight_days(1)
    assert week == eight_days(1) != eight_days(2)
    assert {name for name, day in week.items() if day.rings} == set(BAD)
    assert week.keys() == {*BAD, *GOOD}


@pytest.mark.parametrize("seed", SEEDS)
def test_lines(seed: int | bytes) -> None:
    """Each is in the order of time, and a line of `log_line` for a customer, or one of `attempt_logger`."""
    for day in eight_days(seed).values():
        moments = [line["timestamp"] for line in day.lines]
        assert moments == sorted(moments)
        assert all({*FIELDS, "customer"} <= line.keys() for line in _calls(day))
        attempts = [line for line in day.lines if "attempt" in line]
        assert all(line.keys() == {"timestamp", "attempt", "status", "request_id"} for line in attempts)
        assert (len(attempts) > 60) == (day.name == RETRIED)


@pytest.mark.parametrize("seed", SEEDS)
def test_on_every_day(seed: int | bytes) -> None:
    """Before anything happens there are an attempt, somebody who left, and a customer's mistake."""
    for day in eight_days(seed).values():
        early = day.lines[:100]
        kinds = {line.get("error_type") for line in early}
        assert kinds >= {"CancelledError", "invalid_request_error"}
        assert any("attempt" in line for line in early)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_share_of_a_day_tells(seed: int | bytes) -> None:
    """Of two good days more fails than of any bad one but the one on which everything does."""
    week = eight_days(seed)
    worst = max(_failed(week[name]) for name in (BURNING, MODEL_DOWN, NO_IDS))
    assert worst < min(_failed(week[name]) for name in (QUIET, LEAVERS, ONE_CUSTOMER))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_length_tells(seed: int | bytes) -> None:
    """How many lines a day has is drawn: twice the same seed apart from the days, no number comes again."""
    lengths = Counter(len(day.lines) for day in eight_days(seed).values())
    assert len(lengths) > 6


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_wrong(seed: int | bytes) -> None:
    """On each day what its name says, and once."""
    week = eight_days(seed)
    assert _failed(week[INCOMPLETE]) > 0.3
    cut_short = [line for line in _calls(week[INCOMPLETE]) if line["stop_reason"] is None]
    assert sum("error_type" in line for line in cut_short) < 12
    down = [line for line in _calls(week[MODEL_DOWN]) if line.get("error_type") == "not_found_error"]
    assert {line["model"] for line in down} == {RARE}
    assert len(down) * EVERY.total_seconds() * 20 > 3_600
    nameless = [line for line in _calls(week[NO_IDS]) if line["request_id"] is None]
    assert len(nameless) > 150
    wrong = [line for line in _calls(week[ONE_CUSTOMER]) if line.get("error_type") == "invalid_request_error"]
    assert Counter(line["customer"] for line in wrong).most_common(1)[0][1] >= len(wrong) - 1 > 80
