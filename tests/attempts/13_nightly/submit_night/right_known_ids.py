"""I believed: what was there before is all that the books and the list know."""

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
    with db:
        db.execute("CREATE TABLE IF NOT EXISTS known (batch_id TEXT PRIMARY KEY)")
    row = db.execute("SELECT custom_ids, batch_id FROM nights WHERE NOT done").fetchone()
    if row is None:
        before = [(batch.id,) for batch in client.messages.batches.list()]
        with db:
            db.executemany("INSERT OR IGNORE INTO known VALUES (?)", before)
            db.execute("INSERT INTO nights (custom_ids) VALUES (?)", (json.dumps(list(documents)),))
        batch_id = None
    elif row[1]:
        return row[1]
    else:
        known = {one for (one,) in db.execute("SELECT batch_id FROM known")}
        fits = [
            batch.id
            for batch in client.messages.batches.list(limit=100)
            if batch.id not in known and sum(dict(batch.request_counts).values()) == len(json.loads(row[0]))
        ]
        batch_id = fits[-1] if fits else None
    if batch_id is None:
        with db:
            db.execute("UPDATE nights SET custom_ids = ? WHERE NOT done", (json.dumps(list(documents)),))
        batch_id = client.with_options(max_retries=0).messages.batches.create(requests=requests_of(documents)).id
    with db:
        db.execute("UPDATE nights SET batch_id = ? WHERE NOT done", (batch_id,))
    return batch_id
