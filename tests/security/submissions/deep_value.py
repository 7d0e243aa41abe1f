"""Returns a list in a list, 990 deep: a reader of JSON goes there, and no judge.

Exercise: misplaced
Outcome: raised
Says: what you returned is nested more than 90 deep
"""


def misplaced(calls):
    value = []
    for _ in range(990):
        value = [value]
    return value
