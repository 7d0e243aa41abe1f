"""I believed: status 200 and some text is a success."""

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):

    text = ""
    stream = None
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            for piece in stream.text_stream:
                text += piece
                write(piece)
    except Exception as error:
        return Outcome(text, False, repr(error), stream.request_id if stream else None)
    return Outcome(text, stream.response.status_code == 200 and bool(text), None, stream.request_id)
