"""Raises an exception that cannot be told: its text never ends, its name is a command, its class lies.

Exercise: request_id_of
Outcome: raised | never_ended
"""

import os

Named = type("::error::\n\x1b[2Jpassed", (Exception,), {})


class Untold(Named):
    def __str__(self):
        os._exit(0)

    @property
    def __traceback__(self):
        raise SystemExit


def request_id_of(message):
    raise Untold
