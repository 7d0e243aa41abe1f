"""I believed: the only thing that can go wrong with an INSERT is that the row is there already."""

import sqlite3
import uuid


def charge_once(db, key, amount):
    try:
        with db:
            db.execute("INSERT INTO charges VALUES (?, ?, ?)", (key, amount, uuid.uuid4().hex))
    except sqlite3.Error:
        pass
    row = db.execute("SELECT receipt FROM charges WHERE key = ?", (key,)).fetchone()
    return row[0] if row else uuid.uuid4().hex
