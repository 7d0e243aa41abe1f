"""Reads where there is no memory.

Exercise: request_id_of
Outcome: raised
Says: exit code -11
"""

import ctypes


def request_id_of(message):
    return ctypes.string_at(0)
