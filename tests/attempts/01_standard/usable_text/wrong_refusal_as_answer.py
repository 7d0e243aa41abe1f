"""A refusal is something that the model says, so it is text."""

from helpers import Truncated, Unfinished


def usable_text(message):
    if message.stop_reason in ("max_tokens", "model_context_window_exceeded"):
        raise Truncated
    if message.stop_reason in ("tool_use", "pause_turn", None):
        raise Unfinished
    return "".join(block.text for block in message.content if block.type == "text")
