"""I believed: the message of a stream has a `_request_id`, as the one of `create` has."""

import anthropic
import httpx2

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):

    text = ""
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            for piece in stream.text_stream:
                text += piece
                write(piece)
            message = stream.get_final_message()
    except (anthropic.APIError, httpx2.HTTPError) as error:
        return Outcome(text, False, type(error).__name__, getattr(error, "request_id", None))
    done = message.stop_reason is not None
    return Outcome(text, done, None if done else "truncated", getattr(message, "_request_id", None))
