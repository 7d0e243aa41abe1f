"""I believed: the first event is the first token."""

from helpers import MODEL


def time_to_first_text(client, prompt, clock):
    started = clock.now()
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for _ in stream:
            return clock.now() - started
