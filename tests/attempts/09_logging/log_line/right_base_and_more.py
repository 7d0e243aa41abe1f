"""A base of Nones that is filled as far as is known."""

import anthropic

FIELDS = ("timestamp", "request_id", "model", "stop_reason", "input_tokens", "output_tokens", "latency")


def log_line(*, timestamp, latency, model, message=None, error=None, request_id=None):
    line = dict.fromkeys(FIELDS) | {"timestamp": timestamp, "model": model, "latency": latency}
    if isinstance(message, str):
        line["error_type"] = "page"
    elif message is not None:
        line["stop_reason"] = message.stop_reason
        line["input_tokens"] = message.usage.input_tokens
        line["output_tokens"] = message.usage.output_tokens if message.stop_reason else None
        line["request_id"] = getattr(message, "_request_id", None)
    if error is not None:
        line["level"] = "error"
        line["error_type"] = type(error).__name__
        line["error_message"] = str(error)
    if isinstance(error, anthropic.APIStatusError):
        line["error_type"] = error.type or line["error_type"]
        line["error_message"] = error.api_message or str(error)
        line["request_id"] = error.request_id
    if request_id is not None:
        line["request_id"] = request_id
    return line
