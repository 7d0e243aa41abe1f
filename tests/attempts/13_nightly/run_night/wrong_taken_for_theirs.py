"""I believed: whatever ingest raises, the batch is of no use."""

import json
from collections import Counter

import anthropic

from helpers import MODEL
from helpers.lessons.nightly.counts import Counts, NotOurs, Unreconciled


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
            batch_id = lost_batch(client, after_id, len(json.loads(custom_ids)))
    if batch_id is None:
        with db:
            db.execute("UPDATE nights SET custom_ids = ? WHERE done = 0", (json.dumps(list(documents)),))
        quiet = client.with_options(max_retries=0)
        batch_id = quiet.messages.batches.create(requests=requests_of(documents)).id
    with db:
        db.execute("UPDATE nights SET batch_id = ? WHERE done = 0", (batch_id,))
    return batch_id


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
            db.execute(UPSERT, row_of(entry, batch_id))
            counts[entry.result.type] += 1
        if missing:
            raise Unreconciled(f"{len(missing)} documents have no line")
        db.execute("UPDATE nights SET done = 1 WHERE batch_id = ?", (batch_id,))
    return Counts(**counts)


def until_ended(client, batch_id, sleep):
    for _ in range(25 * 60):
        try:
            if client.messages.batches.retrieve(batch_id).processing_status == "ended":
                return
        except anthropic.NotFoundError:
            pass
        sleep(60)
    raise TimeoutError(batch_id)


def unfinished(db, documents):
    done = {custom_id for (custom_id,) in db.execute("SELECT custom_id FROM results WHERE outcome <> 'expired'")}
    return {custom_id: text for custom_id, text in documents.items() if custom_id not in done}


def run_night(client, db, documents, sleep):
    answered = set()
    while True:
        wanted = {one: text for one, text in unfinished(db, documents).items() if one not in answered}
        if not wanted:
            break
        batch_id = submit_night(client, db, wanted)
        until_ended(client, batch_id, sleep)
        try:
            ingest(client, db, batch_id)
        except Exception:
            with db:
                db.execute("UPDATE nights SET after_id = batch_id, batch_id = NULL WHERE done = 0")
        answered |= {one for (one,) in db.execute("SELECT custom_id FROM results WHERE batch_id = ?", (batch_id,))}
    outcomes = dict(db.execute("SELECT custom_id, outcome FROM results"))
    return Counts(**Counter(outcomes[custom_id] for custom_id in documents))
