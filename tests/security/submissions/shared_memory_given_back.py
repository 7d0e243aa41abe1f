"""Gives shared memory back but for a page: only the page counts, and the kernel keeps all of it, again and again.

Exercise: request_id_of
Outcome: own_id
Says: `'nothing'`
Needs: namespaces
"""

import ctypes
import mmap
import os

PAGE = 4_096
SIZE = 2**27
NONE = 2**64 - 1


def mapped(system, flags, file):
    place = system.mmap(None, ctypes.c_size_t(SIZE), 3, flags, file, ctypes.c_long(0))
    return place if place not in (None, NONE) else 0


def request_id_of(message):
    system, kept = ctypes.CDLL(None), 0
    system.mmap.restype = ctypes.c_void_p
    ways = [(mmap.MAP_SHARED | mmap.MAP_ANONYMOUS, -1), (3 | mmap.MAP_ANONYMOUS, -1)]
    if os.path.exists("/dev/zero"):
        ways.append((mmap.MAP_SHARED, os.open("/dev/zero", os.O_RDWR)))
    for _ in range(10):
        for flags, file in ways:
            if place := mapped(system, flags, file):
                ctypes.memset(place, 1, SIZE)
                system.munmap(ctypes.c_void_p(place + PAGE), ctypes.c_size_t(SIZE - PAGE))
                kept += SIZE
    return f"{kept:,} bytes" if kept else "nothing"
