"""Latencies are in milliseconds, as everywhere."""

from datetime import UTC, datetime

from helpers import MODEL, Unfinished


def line_of(began, message, error, request_id):
    usage = message.usage if message else None
    line = {
        "timestamp": began.isoformat(),
        "request_id": request_id or getattr(message, "_request_id", None) or getattr(error, "request_id", None),
        "model": MODEL,
        "stop_reason": message.stop_reason if message else None,
        "input_tokens": usage.input_tokens if usage else None,
        "output_tokens": usage.output_tokens if usage and message.stop_reason else None,
        "latency": 1000 * (datetime.now(UTC) - began).total_seconds(),
    }
    if error is not None:
        line |= {"error_type": getattr(error, "type", None) or type(error).__name__, "error_message": str(error)}
    return line


def logged_ask(client, prompt, logger):
    message = error = request_id = None
    began = datetime.now(UTC)
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            request_id = stream.request_id
            for _ in stream:
                message = stream.current_message_snapshot
        if message is None or message.stop_reason is None:
            raise Unfinished("the stream ended before message_stop")
        return "".join(block.text for block in message.content if block.type == "text")
    except BaseException as failure:
        error = failure
        raise
    finally:
        logger.info("call", extra=line_of(began, message, error, request_id))
