"""I believed: keep the id of the batch, and everything can be found again."""

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


def submit_night(client, db, documents):
    row = db.execute("SELECT batch_id FROM nights WHERE NOT done").fetchone()
    if row is not None:
        return row[0]
    batch = client.with_options(max_retries=0).messages.batches.create(requests=requests_of(documents))
    with db:
        db.execute("INSERT INTO nights (custom_ids, batch_id) VALUES (?, ?)", (json.dumps(list(documents)), batch.id))
    return batch.id
