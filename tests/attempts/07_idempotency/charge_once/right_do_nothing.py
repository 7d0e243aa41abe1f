"""I believed: the constraint decides; then read what is there."""

import uuid


def charge_once(db, key, amount):
    with db:
        db.execute(
            "INSERT INTO charges (key, amount, receipt) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
            (key, amount, uuid.uuid4().hex),
        )
    return db.execute("SELECT receipt FROM charges WHERE key = ?", (key,)).fetchone()[0]
