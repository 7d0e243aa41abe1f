"""I believed: write takes the whole text, as a screen does."""

from helpers import MODEL


def show(client, prompt, write):
    whole = ""
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for text in stream.text_stream:
            whole += text
            write(whole)
    return whole
