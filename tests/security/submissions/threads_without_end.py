"""Starts threads that start threads, for ever.

Exercise: request_id_of
Outcome: own_id | raised | never_ended
Needs: namespaces
"""

import _thread
import threading

GATE = threading.Event()


def breed():
    try:
        while True:
            _thread.start_new_thread(breed, ())
    except RuntimeError:
        GATE.wait()


def request_id_of(message):
    breed_once = 0
    try:
        while True:
            _thread.start_new_thread(breed, ())
            breed_once += 1
    except RuntimeError:
        return f"{breed_once} threads"
