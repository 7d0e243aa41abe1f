"""I believed: my clock says what is new."""

import json
from datetime import UTC, datetime

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
    night = db.execute("SELECT after_id, batch_id FROM nights WHERE NOT done").fetchone()
    batch_id = None
    if night is None:
        with db:
            db.execute(
                "INSERT INTO nights (after_id, custom_ids) VALUES (?, ?)",
                (datetime.now(UTC).isoformat(), json.dumps(list(documents))),
            )
    elif night[1]:
        return night[1]
    else:
        started = datetime.fromisoformat(night[0])
        for batch in client.messages.batches.list():
            if batch.created_at >= started and batch.request_counts.processing == len(documents):
                batch_id = batch.id
    if batch_id is None:
        batch_id = client.with_options(max_retries=0).messages.batches.create(requests=requests_of(documents)).id
    with db:
        db.execute("UPDATE nights SET batch_id = ? WHERE NOT done", (batch_id,))
    return batch_id
