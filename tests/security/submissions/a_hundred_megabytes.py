"""Returns more than anybody wants to read.

Exercise: request_id_of
Outcome: raised
Says: 1,000,000 are the most
"""


def request_id_of(message):
    return "x" * 100_000_000
