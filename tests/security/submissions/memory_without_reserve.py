"""Maps a terabyte that nobody has set aside, shared and private, and touches what it gets.

Exercise: request_id_of
Outcome: own_id | raised | never_ended
Needs: namespaces
"""

import mmap

NO_RESERVE = 0x4000


def request_id_of(message):
    kept, size = [], 2**40
    while size > 2**24:
        for shared in (mmap.MAP_SHARED, mmap.MAP_PRIVATE):
            try:
                kept.append(mmap.mmap(-1, size, shared | mmap.MAP_ANONYMOUS | NO_RESERVE))
            except (OSError, ValueError):
                continue
            for place in range(0, size, 4_096):
                kept[-1][place] = 1
        size //= 2
    total = sum(map(len, kept))
    return "small" if total < 2**31 else f"{total:,} bytes"
