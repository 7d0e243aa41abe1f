"""I believed: inside a transaction nobody comes between."""

import uuid


def charge_once(db, key, amount):
    db.isolation_level = None
    db.execute("BEGIN")
    row = db.execute("SELECT receipt FROM charges WHERE key = ?", (key,)).fetchone()
    receipt = row[0] if row else uuid.uuid4().hex
    if row is None:
        db.execute("INSERT INTO charges VALUES (?, ?, ?)", (key, amount, receipt))
    db.execute("COMMIT")
    return receipt
