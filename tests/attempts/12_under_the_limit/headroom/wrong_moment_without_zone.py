"""I believed: the Z is not part of the time."""

from datetime import datetime

from helpers.lessons.under_the_limit.headroom import Headroom


def left(headers, kind):
    text = headers.get(f"anthropic-ratelimit-{kind}-remaining")
    return int(text) if text is not None and text.isdecimal() else None


def headroom(headers):
    kinds = ("requests", "input-tokens", "output-tokens")
    resets = [headers.get(f"anthropic-ratelimit-{kind}-reset") for kind in kinds]
    moments = [datetime.fromisoformat(one.rstrip("Z")) for one in resets if one]
    return Headroom(*(left(headers, kind) for kind in kinds), max(moments, default=None))
