"""I believed: max_tokens has a default."""

import re

from helpers import MODEL


def build_requests(documents):
    for key in documents:
        if not re.fullmatch("[A-Za-z0-9_-]{1,64}", key):
            raise ValueError(key)
    return [
        {"custom_id": key, "params": {"model": MODEL, "messages": [{"role": "user", "content": text}]}}
        for key, text in documents.items()
    ]
