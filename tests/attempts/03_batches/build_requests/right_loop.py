"""Check first, then build one by one."""

import re

from helpers import MODEL


def build_requests(documents):
    requests = []
    for key in documents:
        if re.fullmatch("[A-Za-z0-9_-]{1,64}", key) is None:
            raise ValueError("not a custom id: " + repr(key))
    for key, text in documents.items():
        requests.append(
            {
                "custom_id": key,
                "params": {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": text}]},
            }
        )
    return requests
