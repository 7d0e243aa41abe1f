"""I believed: only what is written is cheaper."""


def batch_savings(input_tokens, output_tokens, price):
    return 0.5 * output_tokens * price.output / 1_000_000
