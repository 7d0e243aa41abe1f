"""Takes almost all the time that a case may take, in each case: none is too long, and all of them are.

Exercise: should_retry
Outcome: used_up_its_time
Says: The time for this submission is used up: 2 seconds for all of its exercises. Of these, should_retry took the most
Seconds: 2
"""

import select


def should_retry(error):
    select.select([], [], [], 0.7)
    return True
