"""I believed: an ordinary call will do, and write shows it."""

from helpers import MODEL


def show(client, prompt, write):
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    text = "".join(block.text for block in message.content if block.type == "text")
    write(text)
    return text
