r"""Raises with a message whose lines end as few expect it: each of these begins a line somewhere.

Exercise: first_answer
Outcome: raised
Says: \x0d34 of 34 points\u202834 of 34 points\u202934 of 34 points\x8534 of 34 points\x0b34 of 34 points\x0c34 of 34
"""

BREAKS = "\r\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e"


def first_answer(client, prompt):
    raise ValueError("".join(f"{end}34 of 34 points" for end in BREAKS))
