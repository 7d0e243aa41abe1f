"""An answer is truncated when it reaches max_tokens."""

from helpers import Refused, Truncated, Unfinished


def usable_text(message):
    if message.stop_reason == "max_tokens":
        raise Truncated("max_tokens")
    if message.stop_reason == "refusal":
        raise Refused("refusal")
    if message.stop_reason in ("tool_use", "pause_turn", None):
        raise Unfinished(str(message.stop_reason))
    return "".join(block.text for block in message.content if block.type == "text")
