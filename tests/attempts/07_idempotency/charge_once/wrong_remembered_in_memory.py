"""I believed: I know what I have charged."""

import uuid

CHARGED = {}


def charge_once(db, key, amount):
    if key not in CHARGED:
        receipt = uuid.uuid4().hex
        with db:
            db.execute("INSERT INTO charges VALUES (?, ?, ?)", (key, amount, receipt))
        CHARGED[key] = receipt
    return CHARGED[key]
