"""I believed: a dictionary is a list of pairs."""

from helpers import MODEL


def build_requests(documents):
    return [
        {
            "custom_id": key,
            "params": {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": text}]},
        }
        for key, text in documents
    ]
