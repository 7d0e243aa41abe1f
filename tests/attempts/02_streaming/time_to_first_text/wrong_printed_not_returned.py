"""I believed: a measurement is something to look at."""

from helpers import MODEL


def time_to_first_text(client, prompt, clock):
    started = clock.now()
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for _ in stream.text_stream:
            print(clock.now() - started)
            break
