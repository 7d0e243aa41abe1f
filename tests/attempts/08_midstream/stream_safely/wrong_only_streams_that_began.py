"""I believed: I am asked about streams, so what comes before one is not mine."""

import anthropic
import httpx2

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):
    text, stop_reason, error = "", None, None
    with client.messages.stream(model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]) as stream:
        try:
            for event in stream:
                if event.type == "text":
                    text += event.text
                    write(event.text)
                elif event.type == "message_delta":
                    stop_reason = event.delta.stop_reason
        except (anthropic.APIError, httpx2.HTTPError, ValueError) as broken:
            error = repr(broken)
        if error is None and stop_reason not in ("end_turn", "stop_sequence"):
            error = f"stopped by {stop_reason}"
        return Outcome(text, error is None, error, stream.request_id)
