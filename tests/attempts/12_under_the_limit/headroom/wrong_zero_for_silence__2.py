"""I believed: a word where a number belongs means none."""

from datetime import datetime

from helpers.lessons.under_the_limit.headroom import Headroom


def left(headers, kind):
    text = headers.get(f"anthropic-ratelimit-{kind}-remaining")
    if text is None:
        return None
    return int(text) if text.isdecimal() else 0


def full(headers):
    kinds = ("requests", "input-tokens", "output-tokens")
    resets = [headers.get(f"anthropic-ratelimit-{kind}-reset") for kind in kinds]
    return max((datetime.fromisoformat(one) for one in resets if one), default=None)


def headroom(headers):
    return Headroom(
        left(headers, "requests"), left(headers, "input-tokens"), left(headers, "output-tokens"), full(headers)
    )
