"""I believed: what was not finished is worth nothing."""

import anthropic
import httpx2

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):

    request_id = None
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            request_id = stream.request_id
            for piece in stream.text_stream:
                write(piece)
            message = stream.get_final_message()
    except (anthropic.APIError, httpx2.HTTPError) as error:
        return Outcome("", False, type(error).__name__, request_id)
    text = "".join(block.text for block in message.content if block.type == "text")
    if message.stop_reason is None:
        return Outcome(text, False, "truncated", request_id)
    return Outcome(text, True, None, request_id)
