"""I believed: a receipt may be made of the key."""

import hashlib


def charge_once(db, key, amount):
    receipt = hashlib.sha256(key.encode()).hexdigest()
    with db:
        db.execute("INSERT OR IGNORE INTO charges VALUES (?, ?, ?)", (key, amount, receipt))
        return db.execute("SELECT receipt FROM charges WHERE key = ?", (key,)).fetchone()[0]
