"""I believed: the first text is there, and the others are added to it."""

from helpers import MODEL


def ask(client, prompt):
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    texts = [block.text for block in message.content if block.type == "text"]
    whole = texts[0]
    for text in texts[1:]:
        whole += text
    return whole
