"""I believed: a slash may become an underscore."""

import re

from helpers import MODEL


def build_requests(documents):
    return [
        {
            "custom_id": re.sub(r"[^a-zA-Z0-9_-]", "_", key)[:64],
            "params": {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": text}]},
        }
        for key, text in documents.items()
    ]
