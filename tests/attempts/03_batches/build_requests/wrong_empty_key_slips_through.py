"""I believed: at most 64 is all there is to say."""

import re

from helpers import MODEL


def build_requests(documents):
    for key in documents:
        if not re.fullmatch(r"[a-zA-Z0-9_-]{0,64}", key):
            raise ValueError(f"{key!r} cannot be a custom id")
    return [
        {
            "custom_id": key,
            "params": {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": text}]},
        }
        for key, text in documents.items()
    ]
