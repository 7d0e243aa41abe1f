"""I believed: OR IGNORE is all it takes."""

import uuid


def charge_once(db, key, amount):
    receipt = uuid.uuid4().hex
    with db:
        db.execute("INSERT OR IGNORE INTO charges VALUES (?, ?, ?)", (key, amount, receipt))
    return receipt
