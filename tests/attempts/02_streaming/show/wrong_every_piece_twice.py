"""I believed: to be on the safe side, handle the text events and the deltas."""

from helpers import MODEL


def show(client, prompt, write):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for event in stream:
            if event.type == "text":
                write(event.text)
            elif event.type == "content_block_delta" and event.delta.type == "text_delta":
                write(event.delta.text)
        return stream.get_final_text()
