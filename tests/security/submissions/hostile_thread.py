"""Starts a thread that is no daemon and never ends, so that the process would wait for it for ever.

Exercise: request_id_of
Outcome: own_id
"""

import threading
import time


def wait():
    while True:
        time.sleep(3600)


def request_id_of(message):
    threading.Thread(target=wait, daemon=False).start()
    return "req_thread"
