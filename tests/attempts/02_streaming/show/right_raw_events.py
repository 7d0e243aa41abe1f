"""Right: the stream without its helper, every delta looked at."""

from helpers import MODEL


def show(client, prompt, write):
    whole = ""
    for event in client.messages.create(
        model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        if event.type == "content_block_delta" and event.delta.type == "text_delta":
            write(event.delta.text)
            whole += event.delta.text
    return whole
