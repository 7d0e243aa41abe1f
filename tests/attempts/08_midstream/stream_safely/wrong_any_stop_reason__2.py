"""I believed: I know every stop reason that is bad."""

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
    except (anthropic.APIError, httpx2.HTTPError, ValueError) as error:
        return Outcome(text, False, type(error).__name__, request_id or getattr(error, "request_id", None))
    bad = (None, "max_tokens", "model_context_window_exceeded", "refusal", "pause_turn", "tool_use")
    whole = stop_reason not in bad
    return Outcome(text, whole, None if whole else f"stopped by {stop_reason}", request_id)
