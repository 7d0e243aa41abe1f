"""I believed: the bucket of requests is full last."""

from datetime import datetime

from helpers.lessons.under_the_limit.headroom import Headroom


def left(headers, kind):
    text = headers.get(f"anthropic-ratelimit-{kind}-remaining")
    return int(text) if text is not None and text.isdecimal() else None


def headroom(headers):
    reset = next((headers[name] for name in headers if name.endswith("requests-reset")), None)
    reset = reset or headers.get("anthropic-ratelimit-input-tokens-reset")
    full_at = datetime.fromisoformat(reset) if reset else None
    return Headroom(left(headers, "requests"), left(headers, "input-tokens"), left(headers, "output-tokens"), full_at)
