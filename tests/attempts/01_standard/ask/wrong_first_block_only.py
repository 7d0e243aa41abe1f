"""The first text block is the answer; thinking is skipped, so this is safe."""

from helpers import MODEL


def ask(client, prompt):
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    return next(block.text for block in message.content if block.type == "text")
