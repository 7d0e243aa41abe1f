"""I believed: ids are numbers, and I know the order."""

from helpers import MODEL


def build_requests(documents):
    return [
        {
            "custom_id": f"request-{number}",
            "params": {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": text}]},
        }
        for number, text in enumerate(documents.values())
    ]
