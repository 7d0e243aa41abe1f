"""I believed: the first text comes with the answer."""

from helpers import MODEL


def time_to_first_text(client, prompt, clock):
    started = clock.now()
    client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    return clock.now() - started
