"""It shows the whole answer, all blocks of it."""

from helpers import MODEL


def ask(client, prompt):
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    for block in message.content:
        if block.type == "text":
            print(block.text)
