"""Stops its process, so that it is neither running nor ended.

Exercise: request_id_of
Outcome: raised
Says: was still running
"""

import os
import signal


def request_id_of(message):
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    os.kill(os.getpid(), signal.SIGSTOP)
    while True:
        signal.pause()
