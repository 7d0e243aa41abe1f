"""I believed: the API can page from the batch that was the newest towards newer ones."""

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


def size_of(batch):
    return sum(batch.request_counts.model_dump().values())


def submit_night(client, db, documents):
    db.isolation_level = None
    batches = client.messages.batches
    night = db.execute("SELECT night, after_id, custom_ids, batch_id FROM nights WHERE NOT done").fetchone()
    if night and night[3]:
        return night[3]
    batch_id = None
    if night:
        newer = batches.list(before_id=night[1]) if night[1] else batches.list()
        sent = len(json.loads(night[2]))
        batch_id = next((one.id for one in newer if size_of(one) == sent), None)
    else:
        anchor = next(iter(batches.list(limit=1)), None)
        db.execute(
            "INSERT INTO nights (after_id, custom_ids) VALUES (?, ?)",
            (anchor and anchor.id, json.dumps([*documents])),
        )
    if not batch_id:
        db.execute("UPDATE nights SET custom_ids = ? WHERE NOT done", (json.dumps([*documents]),))
        batch_id = client.with_options(max_retries=0).messages.batches.create(requests=requests_of(documents)).id
    db.execute("UPDATE nights SET batch_id = ? WHERE NOT done", (batch_id,))
    return batch_id
