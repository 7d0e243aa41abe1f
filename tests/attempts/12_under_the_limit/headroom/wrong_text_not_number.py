"""I believed: a header can be handed on as it is."""

from datetime import datetime

from helpers.lessons.under_the_limit.headroom import Headroom


def left(headers, kind):
    return headers.get(f"anthropic-ratelimit-{kind}-remaining")


def full(headers):
    kinds = ("requests", "input-tokens", "output-tokens")
    resets = [headers.get(f"anthropic-ratelimit-{kind}-reset") for kind in kinds]
    return max((datetime.fromisoformat(one) for one in resets if one), default=None)


def headroom(headers):
    return Headroom(
        left(headers, "requests"), left(headers, "input-tokens"), left(headers, "output-tokens"), full(headers)
    )
