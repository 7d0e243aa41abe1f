"""I believed: every answer has these headers."""

from datetime import datetime

from helpers.lessons.under_the_limit.headroom import Headroom


def headroom(headers):
    left = [
        int(headers[f"anthropic-ratelimit-{kind}-remaining"]) for kind in ("requests", "input-tokens", "output-tokens")
    ]
    resets = [headers[f"anthropic-ratelimit-{kind}-reset"] for kind in ("requests", "input-tokens", "output-tokens")]
    return Headroom(*left, max(map(datetime.fromisoformat, resets)))
