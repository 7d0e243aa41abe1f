"""I believed: take the lock first, then look and write in peace."""

import secrets


def charge_once(db, key, amount):
    db.isolation_level = None
    db.execute("BEGIN IMMEDIATE")
    try:
        row = db.execute("SELECT receipt FROM charges WHERE key = ?", (key,)).fetchone()
        if row is None:
            row = (secrets.token_hex(8),)
            db.execute("INSERT INTO charges VALUES (?, ?, ?)", (key, amount, row[0]))
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return row[0]
