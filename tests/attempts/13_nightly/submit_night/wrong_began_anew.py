"""I believed: each process writes down what it sees before it looks."""

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


def newest(client):
    return next((batch.id for batch in client.messages.batches.list(limit=1)), None)


def submit_night(client, db, documents):
    night = db.execute("SELECT after_id, batch_id FROM nights WHERE NOT done").fetchone()
    batch_id = night[1] if night else None
    with db:
        db.execute("DELETE FROM nights WHERE NOT done")
        db.execute(
            "INSERT INTO nights (after_id, custom_ids, batch_id) VALUES (?, ?, ?)",
            (newest(client), json.dumps(list(documents)), batch_id),
        )
    if night and batch_id is None:
        for batch in client.messages.batches.list():
            if batch.id == night[0]:
                break
            if sum(dict(batch.request_counts).values()) == len(documents):
                batch_id = batch.id
    if batch_id is None:
        batch_id = client.with_options(max_retries=0).messages.batches.create(requests=requests_of(documents)).id
    with db:
        db.execute("UPDATE nights SET batch_id = ? WHERE NOT done", (batch_id,))
    return batch_id
