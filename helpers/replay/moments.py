"""Moments of API time as the API writes them. No clock of the real world is read, so that every run is the same."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import Final

EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Where API time begins."""


def timestamp(seconds: float) -> str:
    """A moment in a body: `2026-01-01T00:00:20.500000+00:00`."""
    return (EPOCH + timedelta(seconds=seconds)).isoformat(timespec="microseconds")


@lru_cache(64)
def _day(day: int) -> tuple[str, str]:
    """A day in both formats: what is asked for most is another second of the same one."""
    moment = EPOCH + timedelta(days=day)
    return moment.strftime("%Y-%m-%d"), format_datetime(moment, usegmt=True).partition(" 00:")[0]


@lru_cache(256)
def _clock(second: int) -> tuple[int, str]:
    day, rest = divmod(second, 86_400)
    minutes, seconds = divmod(rest, 60)
    return day, f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"


def rfc3339(seconds: float) -> str:
    """A moment in a header of the API, to the second: `2026-01-01T00:00:20Z`."""
    day, clock = _clock(int(seconds))
    return f"{_day(day)[0]}T{clock}Z"


def http_date(seconds: float) -> str:
    """A moment in the header `date`: `Thu, 01 Jan 2026 00:00:20 GMT`."""
    day, clock = _clock(int(seconds))
    return f"{_day(day)[1]} {clock} GMT"
