"""I believed: money has two decimals."""


def batch_savings(input_tokens, output_tokens, price):
    return round(0.5 * (input_tokens * price.input + output_tokens * price.output) / 1_000_000, 2)
