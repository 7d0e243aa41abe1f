"""Blocks are paragraphs."""

from helpers import MODEL


def ask(client, prompt):
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    return "\n".join(block.text for block in message.content if block.type == "text")
