"""I believed: a repeat has nothing to say."""

import sqlite3
import uuid


def charge_once(db, key, amount):
    receipt = uuid.uuid4().hex
    try:
        with db:
            db.execute("INSERT INTO charges VALUES (?, ?, ?)", (key, amount, receipt))
    except sqlite3.IntegrityError:
        return None
    return receipt
