"""I believed: what has arrived of a message is better than an exception."""

import httpx2

from helpers import MODEL


def stream_message(client, prompt):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        try:
            return stream.get_final_message()
        except httpx2.HTTPError:
            return stream.current_message_snapshot
