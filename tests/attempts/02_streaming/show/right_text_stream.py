"""Right: the loop from the cheat sheet, and the text from the stream."""

from helpers import MODEL


def show(client, prompt, write):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for text in stream.text_stream:
            write(text)
        return stream.get_final_text()
