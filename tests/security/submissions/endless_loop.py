"""Counts nothing, waits for nothing, and never comes back.

Exercise: request_id_of
Outcome: never_ended
"""


def request_id_of(message):
    while True:
        pass
