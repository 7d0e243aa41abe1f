"""I believed: what I do not pay in standard calls is saved."""


def batch_savings(input_tokens, output_tokens, price):
    return (input_tokens * price.input + output_tokens * price.output) / 1_000_000
