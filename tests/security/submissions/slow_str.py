"""Raises what takes its time to say what it is: after the function's own time is over.

Exercise: should_retry
Outcome: used_up_its_time
Seconds: 2
"""

import select


class Slow(Exception):
    def __str__(self):
        select.select([], [], [], 0.7)
        return "wait"

    __repr__ = __str__


def should_retry(error):
    raise Slow
