"""No regular expression: every character is looked up, and the text is a block."""

import string

from helpers import MODEL

ALLOWED = set(string.ascii_letters + string.digits + "_-")


def build_requests(documents: dict[str, str]) -> list[dict]:
    bad = [key for key in documents if not 1 <= len(key) <= 64 or not set(key) <= ALLOWED]
    if bad:
        raise ValueError(f"not custom ids: {bad}")
    return [
        dict(
            custom_id=key,
            params=dict(
                model=MODEL,
                max_tokens=1024,
                system="Sum up the user's text.",
                messages=[{"role": "user", "content": [{"type": "text", "text": text}]}],
            ),
        )
        for key, text in documents.items()
    ]
