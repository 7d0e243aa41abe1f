"""Right: adds the pieces up while it writes them."""

from helpers import MODEL


def show(client, prompt, write):
    pieces = []
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for text in stream.text_stream:
            write(text)
            pieces.append(text)
    return "".join(pieces)
