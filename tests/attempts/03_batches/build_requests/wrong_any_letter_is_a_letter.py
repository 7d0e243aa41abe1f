"""I believed: \\w is a to z."""

import re

from helpers import MODEL


def build_requests(documents):
    for key in documents:
        if not re.fullmatch(r"[\w-]{1,64}", key):
            raise ValueError(f"bad key {key!r}")
    return [
        {
            "custom_id": key,
            "params": {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": text}]},
        }
        for key, text in documents.items()
    ]
