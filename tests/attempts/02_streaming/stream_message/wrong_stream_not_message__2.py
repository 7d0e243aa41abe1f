"""I believed: stream() returns what create() returns."""

from helpers import MODEL


def stream_message(client, prompt):
    return client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
