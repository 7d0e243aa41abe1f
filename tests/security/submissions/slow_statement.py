"""A statement that every function needs, and that takes longer than all of them: it runs once for each.

Exercise: request_id_of
Outcome: used_up_its_time
Seconds: 0.9
"""

import time

settings = {"field": "_request_id", "waited": time.sleep(5)}


def request_id_of(message):
    return getattr(message, settings["field"])
