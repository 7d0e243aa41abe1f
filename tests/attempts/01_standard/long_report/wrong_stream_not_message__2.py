"""stream() instead of create(), and the rest as before."""

from helpers import MODEL


def long_report(client, prompt, max_tokens):
    return client.messages.stream(model=MODEL, max_tokens=max_tokens, messages=[{"role": "user", "content": prompt}])
