"""Starts processes that start processes, for ever.

Exercise: request_id_of
Outcome: raised | never_ended
Needs: namespaces
"""

import os


def request_id_of(message):
    while True:
        try:
            os.fork()
        except OSError:
            pass
