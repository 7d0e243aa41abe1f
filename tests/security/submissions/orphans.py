"""Leaves processes behind that belong to nobody: in sessions of their own, twice removed, deaf to every signal.

Exercise: request_id_of
Outcome: own_id | raised
Needs: namespaces
"""

import os
import signal
import time


def request_id_of(message):
    for _ in range(4):
        if os.fork() == 0:
            os.setsid()
            if os.fork() != 0:
                os._exit(0)
            for number in range(1, 65):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            while True:
                time.sleep(3600)
    return "req_orphans"
