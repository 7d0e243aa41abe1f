"""I believed: letter by letter looks even more like typing."""

from helpers import MODEL


def show(client, prompt, write):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for text in stream.text_stream:
            for letter in text:
                write(letter)
        return stream.get_final_text()
