"""I believed: where the requests are, the rest is too."""

from datetime import datetime

from helpers.lessons.under_the_limit.headroom import Headroom


def headroom(headers):
    if "anthropic-ratelimit-input-tokens-remaining" not in headers:
        return Headroom(None, None, None, None)
    kinds = ("requests", "input-tokens", "output-tokens")
    left = [int(headers[f"anthropic-ratelimit-{kind}-remaining"]) for kind in kinds]
    resets = [headers[f"anthropic-ratelimit-{kind}-reset"] for kind in kinds]
    return Headroom(*left, max(map(datetime.fromisoformat, resets)))
