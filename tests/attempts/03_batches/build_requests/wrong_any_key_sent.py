"""I believed: an id is an id."""

from helpers import MODEL


def build_requests(documents):
    return [
        {
            "custom_id": key,
            "params": {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": text}]},
        }
        for key, text in documents.items()
    ]
