"""The text is in content[0]: that is how every example reads it."""

from helpers import MODEL


def first_answer(client, prompt):
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    return message.content[0].text
