"""I believed: any question will do to try it out."""

import anthropic
import httpx2

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):
    pieces, stop_reason, finished, reason, request_id = [], None, False, None, None
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": "Hello"}]
        ) as stream:
            request_id = stream.request_id
            for event in stream:
                if event.type == "text":
                    pieces.append(event.text)
                    write(event.text)
                elif event.type == "message_delta":
                    stop_reason = event.delta.stop_reason
                elif event.type == "message_stop":
                    finished = stop_reason in ("end_turn", "stop_sequence")
    except anthropic.APIError as error:
        reason = f"{type(error).__name__}: {error}"
        request_id = request_id or getattr(error, "request_id", None)
    except (httpx2.HTTPError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
    if not finished and reason is None:
        reason = f"no message_stop, or the wrong stop reason: {stop_reason}"
    return Outcome("".join(pieces), finished, reason, request_id)
