"""We use no tools, so tool_use is all that could go wrong with them. What is pause_turn?"""

from helpers import Refused, Truncated, Unfinished


def usable_text(message):
    if message.stop_reason in ("max_tokens", "model_context_window_exceeded"):
        raise Truncated
    if message.stop_reason == "refusal":
        raise Refused
    if message.stop_reason == "tool_use" or message.stop_reason is None:
        raise Unfinished
    return "".join(block.text for block in message.content if block.type == "text")
