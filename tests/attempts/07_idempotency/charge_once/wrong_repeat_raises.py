"""I believed: the key is primary, so nothing is written twice."""

import uuid


def charge_once(db, key, amount):
    receipt = uuid.uuid4().hex
    with db:
        db.execute("INSERT INTO charges VALUES (?, ?, ?)", (key, amount, receipt))
    return receipt
