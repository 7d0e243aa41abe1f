"""I believed: the snapshot is what came with this event."""

from helpers import MODEL


def show(client, prompt, write):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for event in stream:
            if event.type == "text":
                write(event.snapshot)
        return stream.get_final_text()
