"""The log of a day holds what its description says; the time of a client is that of its wire."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest

from helpers import MODEL, make_client
from helpers.lessons.logging.logs import (
    CUT_SHORT,
    FIELDS,
    INTERRUPTED,
    NAMELESS,
    OF_THE_API,
    Day,
    Line,
    ReplayTime,
    day_of_calls,
    rfc3339,
)

SEEDS = (1, 2, 3)


@pytest.fixture(scope="module", params=SEEDS)
def day(request: pytest.FixtureRequest) -> Day:
    return day_of_calls(request.param)


def read(day: Day) -> list[Line]:
    """The lines that are whole."""
    return [json.loads(line) for line in day.lines[:-1]]


def kind_of(line: Line) -> str:
    return line.get("error_type") or (CUT_SHORT if line["stop_reason"] is None else "answered")


def test_as_many_lines(day: Day) -> None:
    """2,000 lines, whatever the seed."""
    assert len(day.lines) == 2_000


def test_every_line_is_whole(day: Day) -> None:
    """Each line has the seven fields, and they are in the order of time."""
    lines = read(day)
    assert all(set(FIELDS) <= set(line) for line in lines)
    assert [line["timestamp"] for line in lines] == sorted(line["timestamp"] for line in lines)


def test_last_line_is_not(day: Day) -> None:
    """The last one was cut off."""
    with pytest.raises(json.JSONDecodeError):
        json.loads(day.lines[-1])


def test_incident(day: Day) -> None:
    """What is to be found: every call that failed on the API's side, once, in order."""
    ids = [line["request_id"] for line in read(day) if kind_of(line) in OF_THE_API]
    assert list(dict.fromkeys(ids)) == list(day.incident)
    assert len(ids) == len(day.incident) + 2


def test_traps(day: Day) -> None:
    """Failures of other kinds are more than those of the incident, and some have no request id."""
    kinds = Counter(kind_of(line) for line in read(day))
    assert kinds["invalid_request_error"] > len(day.incident) / 2
    assert {"rate_limit_error", "authentication_error", *NAMELESS, INTERRUPTED, CUT_SHORT} <= set(kinds)
    assert all((line["request_id"] is None) == (kind_of(line) in NAMELESS) for line in read(day))


def test_no_end_no_count(day: Day) -> None:
    """How much was written is known of whole answers alone."""
    assert all((line["output_tokens"] is None) == (line["stop_reason"] is None) for line in read(day))


def test_incident_is_a_quarter_of_an_hour(day: Day) -> None:
    """It began and ended: a chart of the day shows it."""
    moments = [
        datetime.fromisoformat(line["timestamp"]) for line in read(day) if line["request_id"] in set(day.incident)
    ]
    assert max(moments) - min(moments) < timedelta(minutes=15)


def test_quiet_day() -> None:
    """Without an incident there is nothing to find, though not every call succeeds."""
    quiet = day_of_calls(5, 200, incident=False)
    assert (len(quiet.lines), list(quiet.incident)) == (200, [])
    assert "rate_limit_error" in {kind_of(line) for line in read(quiet)}


def test_same_every_time() -> None:
    """One seed, one day."""
    assert day_of_calls(7, 300) == day_of_calls(7, 300)
    assert day_of_calls(7, 300) != day_of_calls(8, 300)


def test_timestamps_are_utc() -> None:
    """A moment of another zone is the same moment."""
    noon = datetime(2026, 3, 3, 12, tzinfo=timezone(timedelta(hours=2)))
    assert rfc3339(noon) == "2026-03-03T10:00:00.000Z"


def test_timestamps_need_a_zone() -> None:
    """A moment without a zone is a different one on every machine."""
    with pytest.raises(ValueError, match=r"datetime\.now\(UTC\)"):
        rfc3339(datetime(2026, 3, 3, 12))


def test_replay_time() -> None:
    """A client's time begins with its replay and moves with its calls."""
    client = make_client("overloaded_twice")
    clock = ReplayTime(client)
    began = clock.now()
    client.messages.create(model=MODEL, max_tokens=50, messages=[{"role": "user", "content": "Hello"}])
    assert began == datetime(2026, 1, 1, tzinfo=UTC)
    assert timedelta(seconds=2) < clock.now() - began < timedelta(minutes=1)
