"""Show it when it is usable."""

from helpers import Refused, Truncated, Unfinished


def usable_text(message):
    if message.stop_reason in ("end_turn", "stop_sequence"):
        print("".join(block.text for block in message.content if block.type == "text"))
    elif message.stop_reason in ("max_tokens", "model_context_window_exceeded"):
        raise Truncated
    elif message.stop_reason == "refusal":
        raise Refused
    else:
        raise Unfinished
