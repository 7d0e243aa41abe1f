"""I believed: a batch can be streamed like everything else."""

from helpers import MODEL


def build_requests(documents):
    return [
        {
            "custom_id": key,
            "params": {
                "model": MODEL,
                "max_tokens": 200,
                "stream": True,
                "messages": [{"role": "user", "content": text}],
            },
        }
        for key, text in documents.items()
    ]
