"""I believed: each line is safe by itself, and the end says whether it was the end."""

import json

from helpers.lessons.nightly.counts import Counts, NotOurs, Unreconciled


def ingest(client, db, batch_id):
    sent = set(json.loads(db.execute("SELECT custom_ids FROM nights WHERE batch_id = ?", (batch_id,)).fetchone()[0]))
    seen = set()
    for entry in client.messages.batches.results(batch_id):
        if entry.custom_id not in sent:
            raise NotOurs(f"{entry.custom_id} was not sent")
        text = error = None
        match entry.result.type:
            case "succeeded":
                text = "".join(block.text for block in entry.result.message.content if block.type == "text")
            case "errored":
                error = entry.result.error.error.type
        with db:
            db.execute(
                "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?)",
                (entry.custom_id, batch_id, entry.result.type, text, error),
            )
        seen.add(entry.custom_id)
    if seen != sent:
        raise Unreconciled(f"{sorted(sent - seen)} have no result")
    with db:
        db.execute("UPDATE nights SET done = 1 WHERE batch_id = ?", (batch_id,))
    rows = db.execute("SELECT outcome, count(*) FROM results WHERE batch_id = ? GROUP BY outcome", (batch_id,))
    return Counts(**dict(rows))
