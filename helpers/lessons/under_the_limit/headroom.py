"""What lesson 12's functions return and raise."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Headroom:
    """What an answer says is left of the minute. None where it says nothing."""

    requests: int | None
    input_tokens: int | None
    output_tokens: int | None
    full_at: datetime | None
    """When all of it is there again: the last of the moments that are named, with its time zone."""


class BreakerOpen(Exception):  # noqa: N818 - what it says: the breaker is open
    """Nothing was sent: the API is down, and one probe at a time finds out when it no longer is."""
