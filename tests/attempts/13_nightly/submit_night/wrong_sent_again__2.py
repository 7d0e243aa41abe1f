"""I believed: a name in my module remembers the batch."""

import json

from helpers import MODEL


def requests_of(documents):
    return [
        {
            "custom_id": custom_id,
            "params": {
                "model": MODEL,
                "max_tokens": 200,
                "messages": [{"role": "user", "content": f"Sum up in one sentence: {text}"}],
            },
        }
        for custom_id, text in documents.items()
    ]


BATCHES = {}


def submit_night(client, db, documents):
    key = json.dumps(sorted(documents))
    if key not in BATCHES:
        quiet = client.with_options(max_retries=0)
        BATCHES[key] = quiet.messages.batches.create(requests=requests_of(documents)).id
    return BATCHES[key]
