"""Puts long files beside the ledger that are called as if they belonged to it.

Exercise: charge_once
Outcome: misconception
"""


def charge_once(db, key, amount):
    path = db.execute("PRAGMA database_list").fetchone()[2]
    for end in ("-wal", "-journal", "-shm"):
        with open(path + end, "wb") as file:
            file.truncate(31_000_000)
    return "receipt"
