"""I believed: pieces are words, and words want cleaning."""

from helpers import MODEL


def show(client, prompt, write):
    words = []
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for text in stream.text_stream:
            write(text.strip())
            words.append(text.strip())
    return " ".join(words)
