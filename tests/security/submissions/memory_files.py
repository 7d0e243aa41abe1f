"""Fills memory that no limit of a process counts: files in memory (memfd), of which each may be as large as any file.

Exercise: request_id_of
Outcome: own_id
Says: nothing
Needs: namespaces
"""

import os


def request_id_of(message):
    block, kept = b"x" * 31_000_000, []
    try:
        for _ in range(100):
            kept.append(os.memfd_create("x"))
            os.write(kept[-1], block)
    except OSError:
        pass
    return f"{len(kept)} files" if kept else "nothing"
