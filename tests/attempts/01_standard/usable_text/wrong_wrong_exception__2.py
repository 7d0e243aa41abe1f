"""Whatever is not whole is truncated."""

from helpers import Truncated


def usable_text(message):
    if message.stop_reason not in ("end_turn", "stop_sequence"):
        raise Truncated(str(message.stop_reason))
    return "".join(block.text for block in message.content if block.type == "text")
