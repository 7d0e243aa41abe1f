"""I believed: a moment is a moment in whichever time zone."""

from datetime import UTC, datetime

from helpers.lessons.under_the_limit.headroom import Headroom


def left(headers, kind):
    text = headers.get(f"anthropic-ratelimit-{kind}-remaining")
    return int(text) if text is not None and text.isdecimal() else None


def headroom(headers):
    latest = None
    for kind in ("requests", "input-tokens", "output-tokens"):
        try:
            moment = datetime.fromisoformat(headers[f"anthropic-ratelimit-{kind}-reset"]).astimezone(UTC)
        except (KeyError, ValueError):
            continue
        latest = moment if latest is None or moment > latest else latest
    return Headroom(left(headers, "requests"), left(headers, "input-tokens"), left(headers, "output-tokens"), latest)
