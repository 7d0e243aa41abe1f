"""I believed: time is time."""

import time

from helpers import MODEL


def time_to_first_text(client, prompt, clock):
    started = time.time()
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for _ in stream.text_stream:
            return time.time() - started
