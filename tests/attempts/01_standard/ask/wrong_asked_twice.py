"""First see how many blocks come, then take their text."""

from helpers import MODEL


def ask(client, prompt):
    messages = [{"role": "user", "content": prompt}]
    count = len(client.messages.create(model=MODEL, max_tokens=1024, messages=messages).content)
    blocks = client.messages.create(model=MODEL, max_tokens=1024, messages=messages).content[:count]
    return "".join(block.text for block in blocks if block.type == "text")
