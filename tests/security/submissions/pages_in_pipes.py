"""Lends a pipe one page of each huge page, and gives the rest back: the pipe holds all two megabytes, and counts four
kilobytes.

Exercise: request_id_of
Outcome: own_id
Says: nothing
Needs: namespaces
"""

import ctypes
import mmap
import os

HUGE = 2**21


def request_id_of(message):
    system = ctypes.CDLL(None, use_errno=True)
    pipes, lent = [], 0
    for _ in range(100):
        pipes.append(os.pipe())
        for _ in range(15):
            memory = mmap.mmap(-1, 2 * HUGE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            memory.madvise(mmap.MADV_HUGEPAGE)
            view = ctypes.c_char.from_buffer(memory)
            start = -(-ctypes.addressof(view) // HUGE) * HUGE
            ctypes.memset(start, 1, HUGE)
            page = (ctypes.c_size_t * 2)(start, 4_096)
            if system.vmsplice(pipes[-1][1], page, 1, 2) != 4_096:
                return "nothing"
            lent += 1
            del view
            memory.close()
    return f"{lent} huge pages" if lent else "nothing"
