"""An f-string turns anything into text."""

from helpers import MODEL


def ask(client, prompt):
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    return f"{message.content}"
