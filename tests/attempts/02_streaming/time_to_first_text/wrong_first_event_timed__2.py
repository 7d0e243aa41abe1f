"""I believed: when the with block begins, the text begins."""

from helpers import MODEL


def time_to_first_text(client, prompt, clock):
    started = clock.now()
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        seconds = clock.now() - started
        for text in stream.text_stream:
            print(text, end="")
    return seconds
