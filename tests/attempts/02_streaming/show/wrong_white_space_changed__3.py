"""I believed: white space at the end of a text is nothing."""

from helpers import MODEL


def show(client, prompt, write):
    text = ""
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for piece in stream.text_stream:
            write(piece)
            text += piece
    return text.strip()
