"""Puts shared memory where files may be written, as POSIX has it: mapped, grown, its name taken away, and the next one.

Exercise: request_id_of
Outcome: own_id
Says: no room
Needs: namespaces
"""

import mmap
import os

SIZE = 30_000_000


def request_id_of(message):
    kept = []
    try:
        for number in range(60):
            name = f"shared-{number}"
            descriptor = os.open(name, os.O_CREAT | os.O_RDWR)
            os.unlink(name)
            os.posix_fallocate(descriptor, 0, SIZE)
            kept.append(mmap.mmap(descriptor, SIZE))
    except (OSError, ValueError):
        return f"no room after {len(kept)}" if len(kept) < 3 else f"{len(kept)} mapped"
    return f"{len(kept)} mapped"
