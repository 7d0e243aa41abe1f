"""I believed: a dict with the text in it is as good as a message."""

from helpers import MODEL


def stream_message(client, prompt):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        text = "".join(stream.text_stream)
    return {"role": "assistant", "content": [{"type": "text", "text": text}]}
