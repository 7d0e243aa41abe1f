"""I believed: in the `except` clause there is a stream to ask for its id."""

import anthropic
import httpx2

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):
    text, stop_reason = "", None
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            for event in stream:
                if event.type == "text":
                    text += event.text
                    write(event.text)
                elif event.type == "message_delta":
                    stop_reason = event.delta.stop_reason
    except (anthropic.APIError, httpx2.HTTPError, ValueError) as error:
        return Outcome(text, False, type(error).__name__, stream.request_id)
    whole = stop_reason in ("end_turn", "stop_sequence")
    return Outcome(text, whole, None if whole else f"stopped by {stop_reason}", stream.request_id)
