"""Compares as slowly as it can, with whatever the SDK or a driver compares it.

Exercise: should_retry
Outcome: used_up_its_time | never_ended
Seconds: 2
"""

import select


class Slow(int):
    def __eq__(self, other):
        select.select([], [], [], 0.2)
        return True

    def __hash__(self):
        select.select([], [], [], 0.2)
        return 1

    __bool__ = __eq__


def should_retry(error):
    return Slow(1) in {Slow(1): True}
