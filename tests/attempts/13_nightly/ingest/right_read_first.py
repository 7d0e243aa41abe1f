"""I believed: read all, compare, then write."""

import json

from helpers.lessons.nightly.counts import Counts, NotOurs, Unreconciled


def ingest(client, db, batch_id):
    entries = {entry.custom_id: entry.result for entry in client.messages.batches.results(batch_id)}
    (sent,) = db.execute("SELECT custom_ids FROM nights WHERE batch_id = ?", (batch_id,)).fetchone()
    if set(entries) - set(json.loads(sent)):
        raise NotOurs(batch_id)
    if len(entries) < len(json.loads(sent)):
        raise Unreconciled(batch_id)
    rows = [
        (
            custom_id,
            batch_id,
            result.type,
            "".join(block.text for block in result.message.content) if result.type == "succeeded" else None,
            result.error.error.type if result.type == "errored" else None,
        )
        for custom_id, result in entries.items()
    ]
    with db:
        db.execute(f"DELETE FROM results WHERE custom_id IN ({','.join('?' * len(entries))})", list(entries))
        db.executemany("INSERT INTO results VALUES (?, ?, ?, ?, ?)", rows)
        db.execute("UPDATE nights SET done = 1 WHERE batch_id = ?", (batch_id,))
    kinds = [row[2] for row in rows]
    return Counts(kinds.count("succeeded"), kinds.count("errored"), kinds.count("expired"), kinds.count("canceled"))
