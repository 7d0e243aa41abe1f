"""I believed: where nothing was raised there is a final message."""

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
            stop_reason = stream.get_final_message().stop_reason
    except (anthropic.APIError, httpx2.HTTPError, ValueError) as error:
        return Outcome(text, False, type(error).__name__, request_id or getattr(error, "request_id", None))
    if stop_reason not in ("end_turn", "stop_sequence"):
        return Outcome(text, False, f"stopped by {stop_reason}", request_id)
    return Outcome(text, True, None, request_id)
