"""I believed: what has been shown need not be returned."""

from helpers import MODEL


def show(client, prompt, write):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for text in stream.text_stream:
            write(text)
