"""An answer without a word is of no use either, and a text that broke off is truncated whatever it was that cut it."""

from helpers import Refused, Truncated, Unfinished


def usable_text(message):
    reason = message.stop_reason
    if reason == "refusal":
        raise Refused
    if reason in ("tool_use", "pause_turn"):
        raise Unfinished(reason)
    if reason not in ("end_turn", "stop_sequence"):
        raise Truncated(str(reason))
    text = "".join(block.text for block in message.content if block.type == "text")
    if not text:
        raise Unfinished("the answer is empty")
    return text
