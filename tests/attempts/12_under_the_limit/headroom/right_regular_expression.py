"""I believed: a header is a number when it matches one."""

import re
from datetime import datetime

from helpers.lessons.under_the_limit.headroom import Headroom


def headroom(headers):
    """One pass over all headers."""
    left, resets = {}, []
    for name, text in headers.items():
        found = re.fullmatch(
            r"anthropic-ratelimit-(requests|input-tokens|output-tokens)-(remaining|reset)", name.lower()
        )
        if found and found[2] == "reset":
            resets.append(datetime.fromisoformat(text.replace("Z", "+00:00")))
        elif found and re.fullmatch(r"[0-9]+", text):
            left[found[1]] = int(text)
    return Headroom(
        requests=left.get("requests"),
        input_tokens=left.get("input-tokens"),
        output_tokens=left.get("output-tokens"),
        full_at=max(resets) if resets else None,
    )
