"""Returns a number that takes ten thousand digits, and minutes to write down.

Exercise: batch_savings
Outcome: raised
"""


def batch_savings(input_tokens, output_tokens, price):
    return 10**10_000
