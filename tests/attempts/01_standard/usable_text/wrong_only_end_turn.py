"""Only end_turn is a proper end."""

from helpers import Refused, Truncated, Unfinished


def usable_text(message):
    if message.stop_reason == "end_turn":
        return "".join(block.text for block in message.content if block.type == "text")
    if message.stop_reason in ("max_tokens", "model_context_window_exceeded"):
        raise Truncated
    if message.stop_reason == "refusal":
        raise Refused
    raise Unfinished(message.stop_reason)
