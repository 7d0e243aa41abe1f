"""I believed: an open night without an id is for a person to look at."""

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


def lost_batch(client, after_id, size):
    found = None
    for batch in client.messages.batches.list():
        if batch.id == after_id:
            break
        counts = batch.request_counts
        if counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired == size:
            found = batch.id
    return found


def submit_night(client, db, documents):
    night = db.execute("SELECT after_id, custom_ids, batch_id FROM nights WHERE done = 0").fetchone()
    batch_id = None
    if night is None:
        newest = client.messages.batches.list(limit=1).data
        with db:
            db.execute(
                "INSERT INTO nights (after_id, custom_ids) VALUES (?, ?)",
                (newest[0].id if newest else None, json.dumps(list(documents))),
            )
    else:
        after_id, custom_ids, batch_id = night
        if batch_id is None:
            raise RuntimeError("the last run did not finish: look at it")
    if batch_id is None:
        with db:
            db.execute("UPDATE nights SET custom_ids = ? WHERE done = 0", (json.dumps(list(documents)),))
        quiet = client.with_options(max_retries=0)
        batch_id = quiet.messages.batches.create(requests=requests_of(documents)).id
    with db:
        db.execute("UPDATE nights SET batch_id = ? WHERE done = 0", (batch_id,))
    return batch_id
