"""A long answer is a standard call with a larger max_tokens."""

from helpers import MODEL


def long_report(client, prompt, max_tokens):
    return client.messages.create(model=MODEL, max_tokens=max_tokens, messages=[{"role": "user", "content": prompt}])
