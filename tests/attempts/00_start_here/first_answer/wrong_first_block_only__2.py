"""Look for the text block and return it. (There may be more than one.)"""

from helpers import MODEL


def first_answer(client, prompt):
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    for block in message.content:
        if block.type == "text":
            return block.text
