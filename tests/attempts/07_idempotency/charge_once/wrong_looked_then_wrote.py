"""I believed: look before you write."""

import uuid


def charge_once(db, key, amount):
    row = db.execute("SELECT receipt FROM charges WHERE key = ?", (key,)).fetchone()
    if row is not None:
        return row[0]
    receipt = uuid.uuid4().hex
    with db:
        db.execute("INSERT INTO charges VALUES (?, ?, ?)", (key, amount, receipt))
    return receipt
