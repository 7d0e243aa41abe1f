"""I believed: the newest receipt is the right one."""

import uuid


def charge_once(db, key, amount):
    with db:
        row = db.execute(
            "INSERT INTO charges VALUES (?, ?, ?) "
            "ON CONFLICT (key) DO UPDATE SET receipt = excluded.receipt RETURNING receipt",
            (key, amount, uuid.uuid4().hex),
        ).fetchone()
    return row[0]
