"""I believed: `httpx2.HTTPError` is above everything that can happen to bytes."""

import anthropic
import httpx2

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):
    text, stop_reason, request_id = "", None, None
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            request_id = stream.request_id
            for event in stream:
                if event.type == "text":
                    text += event.text
                    write(event.text)
                elif event.type == "message_delta":
                    stop_reason = event.delta.stop_reason
    except (anthropic.APIError, httpx2.HTTPError) as error:
        return Outcome(text, False, type(error).__name__, request_id or getattr(error, "request_id", None))
    whole = stop_reason in ("end_turn", "stop_sequence")
    return Outcome(text, whole, None if whole else f"stopped by {stop_reason}", request_id)
