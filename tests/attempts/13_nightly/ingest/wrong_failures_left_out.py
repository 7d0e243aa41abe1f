"""I believed: what has no text has no row."""

import json
from collections import Counter

from helpers.lessons.nightly.counts import Counts, NotOurs, Unreconciled

UPSERT = """
INSERT INTO results (custom_id, batch_id, outcome, text, error) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (custom_id) DO UPDATE SET
    batch_id = excluded.batch_id, outcome = excluded.outcome, text = excluded.text, error = excluded.error
"""


def row_of(entry, batch_id):
    result = entry.result
    text = error = None
    if result.type == "succeeded":
        text = "".join(block.text for block in result.message.content if block.type == "text")
    elif result.type == "errored":
        error = result.error.error.type
    return entry.custom_id, batch_id, result.type, text, error


def ingest(client, db, batch_id):
    (sent,) = db.execute("SELECT custom_ids FROM nights WHERE batch_id = ?", (batch_id,)).fetchone()
    missing = set(json.loads(sent))
    counts = Counter()
    with db:
        for entry in client.messages.batches.results(batch_id):
            if entry.custom_id not in missing:
                raise NotOurs(batch_id)
            missing.remove(entry.custom_id)
            if entry.result.type == "succeeded":
                db.execute(UPSERT, row_of(entry, batch_id))
            counts[entry.result.type] += 1
        if missing:
            raise Unreconciled(f"{len(missing)} documents have no line")
        db.execute("UPDATE nights SET done = 1 WHERE batch_id = ?", (batch_id,))
    return Counts(**counts)
