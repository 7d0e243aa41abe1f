"""I believed: streaming is only about how the bytes travel."""

from helpers import MODEL


def show(client, prompt, write):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        text = stream.get_final_text()
    write(text)
    return text
