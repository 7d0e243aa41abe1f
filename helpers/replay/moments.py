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


@lru_cache(256)
def _second(second: int) -> tuple[str, str]:
    moment = EPOCH + timedelta(seconds=second)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ"), format_datetime(moment, usegmt=True)


def rfc3339(seconds: float) -> str:
    """A moment in a header of the API, to the second: `2026-01-01T00:00:20Z`."""
    return _second(int(seconds))[0]


def http_date(seconds: float) -> str:
    """A moment in the header `date`: `Thu, 01 Jan 2026 00:00:20 GMT`."""
    return _second(int(seconds))[1]
