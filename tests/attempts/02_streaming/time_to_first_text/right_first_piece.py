"""Right: leaves at the first piece of text."""

from helpers import MODEL


def time_to_first_text(client, prompt, clock):
    started = clock.now()
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for _ in stream.text_stream:
            return clock.now() - started
    raise ValueError("no text came")
