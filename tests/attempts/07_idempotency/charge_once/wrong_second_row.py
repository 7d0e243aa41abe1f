"""I believed: every row needs a key of its own."""

import uuid


def charge_once(db, key, amount):
    receipt = uuid.uuid4().hex
    with db:
        db.execute("INSERT INTO charges VALUES (?, ?, ?)", (f"{key}:{receipt}", amount, receipt))
    return receipt
