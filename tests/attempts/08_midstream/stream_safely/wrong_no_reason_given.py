"""I believed: complete or not is all that anybody wants to know."""

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
            return Outcome(text, stream.get_final_message().stop_reason is not None, None, request_id)
    except (anthropic.APIError, httpx2.HTTPError):
        return Outcome(text, False, None, request_id)
