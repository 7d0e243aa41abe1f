"""The content of a message is its text."""

from helpers import MODEL


def first_answer(client, prompt):
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    return message.content
