"""I believed: perf_counter is the clock to measure with, so I mixed it in."""

import time

from helpers import MODEL


def time_to_first_text(client, prompt, clock):
    started = time.perf_counter()
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        next(iter(stream.text_stream))
        return time.perf_counter() - started
