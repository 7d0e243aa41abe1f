"""Fills memory that stays when nobody has it any more: segments of System V, let go of as soon as they are full.

Exercise: request_id_of
Outcome: own_id
Says: nothing
Needs: namespaces
"""

import ctypes

SIZE = 150_000_000


def request_id_of(message):
    system = ctypes.CDLL(None)
    system.shmat.restype = ctypes.c_void_p
    made = 0
    for _ in range(20):
        segment = system.shmget(0, ctypes.c_size_t(SIZE), 0o1600)
        if segment == -1:
            break
        address = system.shmat(segment, None, 0)
        ctypes.memset(address, 1, SIZE)
        system.shmdt(ctypes.c_void_p(address))
        made += 1
    return f"{made} segments" if made else "nothing"
