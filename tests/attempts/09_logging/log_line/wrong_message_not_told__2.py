"""What the API said is what an error says."""

from anthropic.types import Message


def log_line(*, timestamp, latency, model, message=None, error=None, request_id=None):
    lacks = None if isinstance(message, Message) else type(message).__name__
    message = None if lacks else message
    usage = message.usage if message else None
    line = {
        "timestamp": timestamp,
        "request_id": request_id or getattr(message, "_request_id", None) or getattr(error, "request_id", None),
        "model": model,
        "stop_reason": message.stop_reason if message else None,
        "input_tokens": usage.input_tokens if usage else None,
        "output_tokens": usage.output_tokens if usage and message.stop_reason else None,
        "latency": latency,
    }
    if error is not None:
        line["error_type"] = getattr(error, "type", None) or type(error).__name__
        line["error_message"] = getattr(error, "api_message", None)
    elif lacks:
        line["error_type"] = f"{lacks}, no message"
    return line
