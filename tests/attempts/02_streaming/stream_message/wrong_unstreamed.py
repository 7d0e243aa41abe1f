"""I believed: a message is a message, so create will do."""

from helpers import MODEL


def stream_message(client, prompt):
    return client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
