"""I believed: every block has a text."""

from helpers import MODEL


def first_answer(client, prompt):
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    return "".join(block.text for block in message.content)
