"""I believed: each piece is a line."""

from helpers import MODEL


def show(client, prompt, write):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for text in stream.text_stream:
            write(text + "\n")
        return stream.get_final_text()
