"""stream=True is all that is needed."""

from helpers import MODEL


def long_report(client, prompt, max_tokens):
    return client.messages.create(
        model=MODEL, max_tokens=max_tokens, messages=[{"role": "user", "content": prompt}], stream=True
    )
