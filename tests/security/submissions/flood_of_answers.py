"""Writes one line after the other into the stream of answers, as fast as it can, from several threads.

Exercise: request_id_of
Outcome: raised
Says: wrote where only the grader writes
"""

import sys
import threading


def request_id_of(message):
    frame = sys._getframe()
    while "answers" not in frame.f_locals:
        frame = frame.f_back
    answers = frame.f_locals["answers"]

    def flood():
        while True:
            answers.write(b"x" * 900_000 + b"\n")

    threads = [threading.Thread(target=flood, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    threads[0].join()
