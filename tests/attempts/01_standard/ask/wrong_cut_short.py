"""A small max_tokens keeps the answer short and cheap."""

from helpers import MODEL


def ask(client, prompt):
    message = client.messages.create(model=MODEL, max_tokens=15, messages=[{"role": "user", "content": prompt}])
    return "".join(block.text for block in message.content if block.type == "text")
