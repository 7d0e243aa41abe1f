"""I believed: one dictionary is enough, I change what differs."""

import re

from helpers import MODEL


def build_requests(documents):
    params = {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": ""}]}
    requests = []
    for key, text in documents.items():
        if not re.fullmatch("[A-Za-z0-9_-]{1,64}", key):
            raise ValueError(key)
        params["messages"][0]["content"] = text
        requests.append({"custom_id": key, "params": params})
    return requests
