"""The error is where the reason is."""

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):
    text, stop_reason, reason, request_id = "", None, None, None
    try:
        with client.messages.create(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}], stream=True
        ) as stream:
            request_id = stream.response.headers.get("request-id")
            for event in stream:
                if event.type == "content_block_delta" and event.delta.type == "text_delta":
                    text += event.delta.text
                    write(event.delta.text)
                elif event.type == "message_delta":
                    stop_reason = event.delta.stop_reason
    except Exception as error:
        reason = str(getattr(error, "__cause__", None))
        request_id = request_id or getattr(error, "request_id", None)
    if reason is None and stop_reason not in {"end_turn", "stop_sequence"}:
        reason = f"stopped by {stop_reason}"
    return Outcome(text, reason is None, reason, request_id)
