"""Starts four processes, each of which takes all the memory that one process may have.

Exercise: request_id_of
Outcome: own_id
Says: nothing
Needs: namespaces
"""

import os


def request_id_of(message):
    started = 0
    reading, writing = os.pipe()
    for _ in range(4):
        try:
            number = os.fork()
        except OSError:
            continue
        if number == 0:
            kept = b"x" * 1_200_000_000
            os.write(writing, kept[:1])
            os.read(reading, 0)
            while True:
                pass
        started += 1
    for _ in range(started):
        os.read(reading, 1)
    return f"{started} processes" if started else "nothing"
