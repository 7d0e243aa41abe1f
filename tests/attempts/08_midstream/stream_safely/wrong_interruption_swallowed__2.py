"""I believed: `return` in `finally` makes sure that there is always an Outcome."""

import anthropic
import httpx2

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):
    text, stop_reason, request_id, why = "", None, None, None
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
    except (anthropic.APIError, httpx2.HTTPError, ValueError) as error:
        why, request_id = type(error).__name__, request_id or getattr(error, "request_id", None)
    finally:
        if stop_reason not in ("end_turn", "stop_sequence"):
            why = why or f"stopped by {stop_reason}"
        return Outcome(text, why is None, why, request_id)
