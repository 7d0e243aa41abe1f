"""The difference of two sums."""

from helpers.facts import BATCH_SHARE


def batch_savings(input_tokens, output_tokens, price):
    standard = price.cost(input_tokens, output_tokens)
    return standard - standard * BATCH_SHARE
