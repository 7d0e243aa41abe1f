"""I believed: one call to warm up, one to measure."""

from helpers import MODEL


def time_to_first_text(client, prompt, clock):
    client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    started = clock.now()
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        next(iter(stream.text_stream))
        return clock.now() - started
