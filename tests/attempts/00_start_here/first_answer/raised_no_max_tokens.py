"""max_tokens has a default, as in other SDKs."""

from helpers import MODEL


def first_answer(client, prompt):
    message = client.messages.create(model=MODEL, messages=[{"role": "user", "content": prompt}])
    return "".join(block.text for block in message.content if block.type == "text")
