"""I believed: a line that was begun is a line that is done: go on behind it."""

import json
from collections import Counter

from helpers.lessons.nightly.counts import Counts, NotOurs, Unreconciled


def ingest(client, db, batch_id):
    (sent,) = db.execute("SELECT custom_ids FROM nights WHERE batch_id = ?", (batch_id,)).fetchone()
    db.execute("CREATE TABLE IF NOT EXISTS places (batch_id TEXT PRIMARY KEY, line INTEGER)")
    row = db.execute("SELECT line FROM places WHERE batch_id = ?", (batch_id,)).fetchone()
    at = row[0] if row else 0
    number = 0
    counts = Counter()
    for number, entry in enumerate(client.messages.batches.results(batch_id), 1):
        if entry.custom_id not in json.loads(sent):
            raise NotOurs(entry.custom_id)
        counts[entry.result.type] += 1
        if number <= at:
            continue
        with db:
            db.execute("INSERT OR REPLACE INTO places VALUES (?, ?)", (batch_id, number))
        result = entry.result
        text = result.message.content[0].text if result.type == "succeeded" else None
        error = result.error.error.type if result.type == "errored" else None
        with db:
            db.execute(
                "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?)",
                (entry.custom_id, batch_id, result.type, text, error),
            )
    if number != len(json.loads(sent)):
        raise Unreconciled("lines are missing")
    return Counts(**counts)
