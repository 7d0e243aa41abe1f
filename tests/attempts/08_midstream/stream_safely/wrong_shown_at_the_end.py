"""I believed: show it when it is known to be whole."""

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
            done = stream.get_final_message().stop_reason is not None
        write(text)
    except (anthropic.APIError, httpx2.HTTPError) as error:
        write(text)
        return Outcome(text, False, type(error).__name__, request_id)
    return Outcome(text, done, None if done else "truncated", request_id)
