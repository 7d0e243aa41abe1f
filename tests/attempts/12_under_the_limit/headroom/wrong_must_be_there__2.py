"""I believed: `get` is enough."""

from datetime import datetime

from helpers.lessons.under_the_limit.headroom import Headroom


def headroom(headers):
    kinds = ("requests", "input-tokens", "output-tokens")
    left = [int(headers.get(f"anthropic-ratelimit-{kind}-remaining")) for kind in kinds]
    resets = [headers.get(f"anthropic-ratelimit-{kind}-reset") for kind in kinds]
    return Headroom(*left, max((datetime.fromisoformat(one) for one in resets if one), default=None))
