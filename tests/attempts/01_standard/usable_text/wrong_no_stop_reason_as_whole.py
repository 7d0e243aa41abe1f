"""All bad stop reasons of the documentation are on my list."""

from helpers import Refused, Truncated, Unfinished


def usable_text(message):
    if message.stop_reason in ("max_tokens", "model_context_window_exceeded"):
        raise Truncated
    if message.stop_reason == "refusal":
        raise Refused
    if message.stop_reason in ("tool_use", "pause_turn"):
        raise Unfinished
    return "".join(block.text for block in message.content if block.type == "text")
