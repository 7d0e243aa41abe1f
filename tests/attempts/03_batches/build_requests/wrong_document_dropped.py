"""I believed: better to skip one than to lose all."""

import re

from helpers import MODEL


def build_requests(documents):
    return [
        {
            "custom_id": key,
            "params": {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": text}]},
        }
        for key, text in documents.items()
        if re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", key)
    ]
