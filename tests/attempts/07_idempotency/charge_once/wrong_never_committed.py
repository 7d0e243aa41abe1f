"""I believed: execute writes."""

import uuid


def charge_once(db, key, amount):
    db.execute(
        "INSERT INTO charges VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
        (key, amount, uuid.uuid4().hex),
    )
    return db.execute("SELECT receipt FROM charges WHERE key = ?", (key,)).fetchone()[0]
