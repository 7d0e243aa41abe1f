"""Returns, and never stops being cleared away.

Exercise: request_id_of
Outcome: never_ended | raised
"""


class Undead:
    def __del__(self):
        while True:
            pass


def request_id_of(message):
    undead = Undead()
    undead.itself = message
    return "req_undead"
