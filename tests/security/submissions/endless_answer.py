"""Writes an answer without an end into the stream of answers.

Exercise: request_id_of
Outcome: raised
Says: the answer is longer than 1,000,000 bytes
"""

import sys


def request_id_of(message):
    frame = sys._getframe()
    while "answers" not in frame.f_locals:
        frame = frame.f_back
    while True:
        frame.f_locals["answers"].write(b"x" * 1_000_000)
