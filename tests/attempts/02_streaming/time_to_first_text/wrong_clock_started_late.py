"""I believed: the request leaves when I begin to read."""

from helpers import MODEL


def time_to_first_text(client, prompt, clock):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        started = clock.now()
        for _ in stream.text_stream:
            return clock.now() - started
