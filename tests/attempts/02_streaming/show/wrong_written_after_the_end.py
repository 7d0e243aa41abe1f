"""I believed: collect the pieces first, then show them one by one."""

from helpers import MODEL


def show(client, prompt, write):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        pieces = list(stream.text_stream)
    for piece in pieces:
        write(piece)
    return "".join(pieces)
