"""I believed: message_start brings the message."""

from helpers import MODEL


def stream_message(client, prompt):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for event in stream:
            if event.type == "message_start":
                return event.message
