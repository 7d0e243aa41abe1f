"""Leaves a process behind that goes on in its place, holding the line, while the one that was started has ended.

Exercise: request_id_of
Outcome: own_id | raised | never_ended
"""

import os


def request_id_of(message):
    try:
        if os.fork():
            os._exit(0)
        os.setsid()
    except OSError:
        pass
    return "req_orphan"
