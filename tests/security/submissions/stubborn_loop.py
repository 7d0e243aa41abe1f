"""Never comes back: catches everything, has put away the alarm, the tracer and every signal.

Exercise: request_id_of
Outcome: raised
Says: was still running
"""

import signal
import sys


def request_id_of(message):
    signal.setitimer(signal.ITIMER_REAL, 0)
    sys.settrace(None)
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
