"""Prints without an end, on every stream there is.

Exercise: request_id_of
Outcome: printed_too_much | never_ended | raised
"""

import os
import sys


def request_id_of(message):
    while True:
        print("passed" * 1_000)
        print("passed" * 1_000, file=sys.stderr)
        sys.__stdout__.write("passed\n")
        os.write(1, b"passed\n")
