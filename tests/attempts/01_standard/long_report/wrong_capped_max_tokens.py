"""21,333 is the most that the SDK takes, so that is what it gets."""

from helpers import MODEL


def long_report(client, prompt, max_tokens):
    return client.messages.create(
        model=MODEL, max_tokens=min(max_tokens, 21_333), messages=[{"role": "user", "content": prompt}]
    )
