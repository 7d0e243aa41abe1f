"""I believed: a price is the price of a token."""


def batch_savings(input_tokens, output_tokens, price):
    return 0.5 * (input_tokens * price.input + output_tokens * price.output)
