"""The caller can take what it needs."""

from helpers import MODEL


def ask(client, prompt):
    return client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
