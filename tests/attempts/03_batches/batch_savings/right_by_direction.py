"""Each direction by itself."""


def batch_savings(input_tokens, output_tokens, price):
    saved_on_input = input_tokens / 1e6 * price.input / 2
    saved_on_output = output_tokens / 1e6 * price.output / 2
    return saved_on_input + saved_on_output
