"""Returns an integer that no float can hold.

Exercise: batch_savings
Outcome: unexpected_result
"""


def batch_savings(input_tokens, output_tokens, price):
    return 10**400
