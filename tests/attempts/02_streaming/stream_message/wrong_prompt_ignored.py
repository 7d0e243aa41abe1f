"""I believed: the question is part of the function."""

from helpers import MODEL


def stream_message(client, prompt):
    with client.messages.stream(
        model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": "prompt"}]
    ) as stream:
        return stream.get_final_message()
