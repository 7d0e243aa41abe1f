"""I believed: the first number belongs to the second."""


def batch_savings(input_tokens, output_tokens, price):
    return 0.5 * (input_tokens * price.output + output_tokens * price.input) / 1_000_000
