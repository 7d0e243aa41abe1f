"""A generator without end, which is read to its end while the function is being defined: in C, where no alarm comes.

Exercise: request_id_of
Outcome: used_up_its_time
Says: request_id_of took the most
Seconds: 0.9
"""

import itertools


def request_id_of(message, *, first=sum(itertools.count())):
    return message._request_id
