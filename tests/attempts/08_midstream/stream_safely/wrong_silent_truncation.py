"""I believed: if the loop ends and nothing was raised, the answer is whole."""

import anthropic
import httpx2

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
    except (anthropic.APIError, httpx2.HTTPError) as error:
        return Outcome(text, False, type(error).__name__, request_id)
    return Outcome(text, True, None, request_id)
