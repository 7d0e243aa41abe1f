"""Returns a list in a list in a list, deeper than any reader of JSON goes, and one that holds itself.

Exercise: misplaced
Outcome: raised
"""


def misplaced(calls):
    value = []
    value.append(value)
    for _ in range(100_000):
        value = [value]
    return value
