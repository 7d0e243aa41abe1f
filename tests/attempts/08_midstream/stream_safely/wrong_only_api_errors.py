"""I believed the cheat sheet: `except anthropic.APIError` around the stream."""

import anthropic

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):

    text, request_id = "", None
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            request_id = stream.request_id
            for piece in stream.text_stream:
                text += piece
                write(piece)
            stop_reason = stream.get_final_message().stop_reason
    except anthropic.APIError as error:
        return Outcome(text, False, type(error).__name__, request_id)
    if stop_reason is None:
        return Outcome(text, False, "truncated", request_id)
    return Outcome(text, True, None, request_id)
