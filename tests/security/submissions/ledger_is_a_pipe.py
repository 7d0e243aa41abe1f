"""Puts a pipe in the place of the ledger: whoever opens it waits for ever.

Exercise: charge_once
Outcome: misconception | raised | never_ended
"""

import os


def charge_once(db, key, amount):
    path = db.execute("PRAGMA database_list").fetchone()[2]
    os.unlink(path)
    os.mkfifo(path)
    return "receipt"
