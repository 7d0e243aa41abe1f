"""I believed: the snapshot is the message, whenever it is taken."""

from helpers import MODEL


def stream_message(client, prompt):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for _ in stream.text_stream:
            return stream.current_message_snapshot.model_copy(deep=True)
