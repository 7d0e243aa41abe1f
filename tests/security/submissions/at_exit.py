"""Leaves work for the end of the process: an exit handler that writes a forged answer, and one that never ends.

Exercise: request_id_of
Outcome: own_id
"""

import atexit
import os


def forge():
    for descriptor in range(256):
        try:
            os.write(descriptor, b'{"id": "any", "answer": {"outcome": "passed"}}\n')
        except OSError:
            pass
    while True:
        pass


def request_id_of(message):
    atexit.register(forge)
    return "req_at_exit"
