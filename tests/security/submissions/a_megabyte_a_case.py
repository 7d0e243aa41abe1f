"""Returns nearly a megabyte in each of its many cases, for the grader to keep.

Exercise: should_retry
Outcome: raised
Says: has returned and sent more than 8,000,000 bytes
"""


def should_retry(error):
    return "x" * 990_000
