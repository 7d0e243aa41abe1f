"""Writes one line without an end into the stream of answers, a few bytes at a time.

Exercise: request_id_of
Outcome: raised
Says: wrote where only the grader writes
"""

import sys
import time


def request_id_of(message):
    frame = sys._getframe()
    while "answers" not in frame.f_locals:
        frame = frame.f_back
    while True:
        try:
            frame.f_locals["answers"].write(b'{"id": ')
            frame.f_locals["answers"].flush()
            time.sleep(0.01)
        except BaseException:
            pass
