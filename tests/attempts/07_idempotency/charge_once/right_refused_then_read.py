"""I believed: try to write; where the database refuses, somebody was first."""

import sqlite3
import uuid


def charge_once(db, key, amount):
    receipt = f"receipt-{uuid.uuid4().hex}"
    try:
        with db:
            db.execute("INSERT INTO charges VALUES (?, ?, ?)", (key, amount, receipt))
    except sqlite3.IntegrityError:
        (receipt,) = db.execute("SELECT receipt FROM charges WHERE key = ?", (key,)).fetchone()
    return receipt
