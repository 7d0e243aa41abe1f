"""Interrupts as if from the keyboard: here, and in its whole group.

Exercise: request_id_of
Outcome: raised
"""

import os
import signal


def request_id_of(message):
    os.killpg(0, signal.SIGINT)
    raise KeyboardInterrupt
