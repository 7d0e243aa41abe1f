"""Right: the snapshot, taken when the stream is done."""

from helpers import MODEL


def stream_message(client, prompt):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        stream.until_done()
        return stream.current_message_snapshot
