"""Right: takes the time, and reads the stream to its end."""

from helpers import MODEL


def time_to_first_text(client, prompt, clock):
    asked = clock.now()
    seconds = None
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for _ in stream.text_stream:
            if seconds is None:
                seconds = clock.now() - asked
    return seconds
