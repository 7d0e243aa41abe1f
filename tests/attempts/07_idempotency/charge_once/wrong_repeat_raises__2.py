"""I believed: a repeat is an error, and the caller should know."""

import uuid


class AlreadyChargedError(Exception):
    pass


def charge_once(db, key, amount):
    if db.execute("SELECT 1 FROM charges WHERE key = ?", (key,)).fetchone():
        raise AlreadyChargedError(key)
    receipt = uuid.uuid4().hex
    with db:
        db.execute("INSERT INTO charges VALUES (?, ?, ?)", (key, amount, receipt))
    return receipt
