"""Return the text when it ended well. (And otherwise? Python returns None.)"""


def usable_text(message):
    if message.stop_reason in ("end_turn", "stop_sequence"):
        return "".join(block.text for block in message.content if block.type == "text")
