"""I believed: REPLACE keeps one row for a key."""

import uuid


def charge_once(db, key, amount):
    receipt = uuid.uuid4().hex
    with db:
        db.execute("REPLACE INTO charges VALUES (?, ?, ?)", (key, amount, receipt))
    return receipt
