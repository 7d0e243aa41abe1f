"""Starts threads with large stacks, each of which keeps memory of its own besides.

Exercise: request_id_of
Outcome: own_id | raised | never_ended
Needs: namespaces
"""

import threading

SIZE = 64_000_000


def keep(gate):
    try:
        kept = b"x" * SIZE
    except MemoryError:
        kept = b""
    gate.wait()
    return kept


def request_id_of(message):
    threading.stack_size(SIZE)
    gate, threads = threading.Event(), []
    try:
        for _ in range(60):
            threads.append(threading.Thread(target=keep, args=[gate], daemon=True))
            threads[-1].start()
    except RuntimeError:
        pass
    gate.set()
    return f"{len(threads)} threads"
