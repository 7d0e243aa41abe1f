"""Gives huge pages back but for a corner of each: only the corner counts, and the kernel keeps the whole.

Exercise: request_id_of
Outcome: own_id
Says: `'nothing'`
Needs: namespaces
"""

import ctypes
import mmap
import resource

HUGE = 2**21
PAGES = 32
ALLOW_HUGE_PAGES = 41


def most_kilobytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def request_id_of(message):
    system, before = ctypes.CDLL(None), most_kilobytes()
    system.prctl(ALLOW_HUGE_PAGES, 0, 0, 0, 0)
    memory = mmap.mmap(-1, (PAGES + 1) * HUGE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.madvise(mmap.MADV_HUGEPAGE)
    view = ctypes.c_char.from_buffer(memory)
    start = -(-ctypes.addressof(view) // HUGE) * HUGE
    for place in range(start, start + PAGES * HUGE, HUGE):
        ctypes.memset(place, 1, 1)
    kept = most_kilobytes() - before
    for place in range(start, start + PAGES * HUGE, HUGE):
        system.munmap(ctypes.c_void_p(place + 4_096), ctypes.c_size_t(HUGE - 4_096))
    return f"{kept:,} kilobytes" if kept > PAGES * HUGE // 2_048 else "nothing"
