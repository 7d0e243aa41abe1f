"""Returns a mapping whose key takes its time to become a text: after the function's own time is over.

Exercise: should_retry
Outcome: used_up_its_time
Seconds: 2
"""

import select


class Slow:
    def __str__(self):
        select.select([], [], [], 0.7)
        return "key"

    def __eq__(self, other):
        select.select([], [], [], 0.7)
        return True

    __hash__ = None.__hash__
    __repr__ = __str__


def should_retry(error):
    key = Slow()
    Slow.__hash__ = lambda self: 1
    return {key: True}
