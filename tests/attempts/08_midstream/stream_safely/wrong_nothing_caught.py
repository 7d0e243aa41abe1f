"""I believed: if the call returned a stream, the call has succeeded."""

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):

    text = ""
    with client.messages.stream(model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]) as stream:
        for piece in stream.text_stream:
            text += piece
            write(piece)
        return Outcome(text, True, None, stream.request_id)
