"""The call returns the answer."""

from helpers import MODEL


def first_answer(client, prompt):
    return client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
