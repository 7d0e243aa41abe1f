"""How long the SDK waits before it tries again: https://platform.claude.com/docs/en/cli-sdks-libraries/sdks/python#retries"""

import time
from collections.abc import Mapping
from email.utils import mktime_tz, parsedate_tz
from typing import Final

FIRST_WAIT: Final = 0.5
LONGEST_WAIT: Final = 8.0
SHORTEST_WAIT: Final = 0.000_001
"""The SDK honours `retry-after-ms` only above 0."""
RETRIED_4XX: Final = (408, 409, 429)


def is_retried(status: int, headers: Mapping[str, str]) -> bool:
    """Whether the SDK tries again after such an answer: `x-should-retry` wins over the status."""
    asked = headers.get("x-should-retry")
    return asked == "true" if asked in ("true", "false") else status >= 500 or status in RETRIED_4XX


def backoff(retry_count: int) -> float:
    """Seconds before the next attempt where nothing was asked for, before jitter takes up to a quarter off."""
    return float(min(FIRST_WAIT * 2 ** min(retry_count, 10), LONGEST_WAIT))


def wait_after(headers: Mapping[str, str], retry_count: int) -> float:
    """Seconds before the next attempt after an answer with these headers: what they ask for when that is above 0."""
    asked = _asked(headers)
    return asked if asked is not None and asked > 0 else backoff(retry_count)


def _asked(headers: Mapping[str, str]) -> float | None:
    """`retry-after-ms`, then `retry-after` in seconds, then as a date."""
    after = headers.get("retry-after", "")
    for text, unit in ((headers.get("retry-after-ms", ""), 1000.0), (after, 1.0)):
        try:
            return float(text) / unit
        except ValueError:
            continue
    date = parsedate_tz(after)
    return None if date is None else mktime_tz(date) - time.time()
