"""A table from stop reason to exception."""

from helpers import Refused, Truncated, Unfinished

ERRORS = {
    "max_tokens": Truncated,
    "model_context_window_exceeded": Truncated,
    "refusal": Refused,
    "tool_use": Unfinished,
    "pause_turn": Unfinished,
    None: Unfinished,
}


def usable_text(message):
    if message.stop_reason in ERRORS:
        raise ERRORS[message.stop_reason](message.stop_reason)
    text = ""
    for block in message.content:
        if block.type == "text":
            text += block.text
    return text
