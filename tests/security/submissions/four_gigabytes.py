"""Takes more memory than there is.

Exercise: request_id_of
Outcome: raised
Says: MemoryError
Needs: namespaces
"""


def request_id_of(message):
    return "x" * (4 << 30)
