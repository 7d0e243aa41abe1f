"""Takes almost all the time that a case may take, in each case: none is too long, and all of them are.

Exercise: should_retry
Outcome: used_up_its_time | never_ended
Seconds: 2
"""

import select


def should_retry(error):
    select.select([], [], [], 0.4)
    return True
