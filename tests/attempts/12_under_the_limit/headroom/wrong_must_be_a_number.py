"""I believed: what is there is a number."""

from datetime import datetime

from helpers.lessons.under_the_limit.headroom import Headroom


def left(headers, kind):
    text = headers.get(f"anthropic-ratelimit-{kind}-remaining")
    return None if text is None else int(text)


def full(headers):
    kinds = ("requests", "input-tokens", "output-tokens")
    resets = [headers.get(f"anthropic-ratelimit-{kind}-reset") for kind in kinds]
    return max((datetime.fromisoformat(one) for one in resets if one), default=None)


def headroom(headers):
    return Headroom(
        left(headers, "requests"), left(headers, "input-tokens"), left(headers, "output-tokens"), full(headers)
    )
