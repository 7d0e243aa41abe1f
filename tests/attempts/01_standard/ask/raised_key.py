"""Blocks are dicts, as in the JSON of the documentation."""

from helpers import MODEL


def ask(client, prompt):
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    return "".join(block["text"] for block in message.content if block["type"] == "text")
