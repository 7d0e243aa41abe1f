"""Writes files until there is no room: a large one, and a million small ones.

Exercise: request_id_of
Outcome: own_id | raised | never_ended
Needs: namespaces
"""

import os
import signal


def request_id_of(message):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with open("large", "wb") as file:
            while True:
                file.write(bytes(1_000_000))
    except OSError:
        pass
    try:
        for number in range(1_000_000):
            os.close(os.open(f"small-{number}", os.O_CREAT))
    except OSError:
        pass
    return "req_disk"
