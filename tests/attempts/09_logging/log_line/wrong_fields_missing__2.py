"""A failed call has other fields."""


def log_line(*, timestamp, latency, model, message=None, error=None, request_id=None):
    if error is not None:
        return {"timestamp": timestamp, "error_type": type(error).__name__, "request_id": request_id}
    usage = message.usage if message else None
    line = {
        "timestamp": timestamp,
        "request_id": request_id or getattr(message, "_request_id", None) or getattr(error, "request_id", None),
        "model": model,
        "stop_reason": message.stop_reason if message else None,
        "input_tokens": usage.input_tokens if usage else None,
        "output_tokens": usage.output_tokens if usage else None,
        "latency": latency,
    }
    if error is not None:
        line["error_type"] = getattr(error, "type", None) or type(error).__name__
        line["error_message"] = str(error)
    return line
