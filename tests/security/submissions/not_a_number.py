"""Returns NaN, which is neither less nor more than what is expected, and so within every limit.

Exercise: batch_savings
Outcome: wrong_type
"""


def batch_savings(input_tokens, output_tokens, price):
    return float("nan")
