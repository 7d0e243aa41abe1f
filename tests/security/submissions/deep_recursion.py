"""Calls itself until the stack is used up, having lifted Python's own limit.

Exercise: request_id_of
Outcome: raised
"""

import sys
import threading


def deeper(number):
    return [deeper(number + 1)]


def request_id_of(message):
    sys.setrecursionlimit(2**31 - 1)
    threading.stack_size(64 * 1024)
    return deeper(0)
