"""I believed: every delta is a piece of text."""

from helpers import MODEL


def show(client, prompt, write):
    whole = ""
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for event in stream:
            if event.type == "content_block_delta":
                write(event.delta.text)
                whole += event.delta.text
    return whole
