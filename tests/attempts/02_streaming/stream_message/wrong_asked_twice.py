"""I believed: a stream has the words, and create has the message."""

from helpers import MODEL


def stream_message(client, prompt):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for text in stream.text_stream:
            print(text, end="")
    return client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
