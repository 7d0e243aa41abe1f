"""What is not usable is returned as nothing."""


def usable_text(message):
    if message.stop_reason not in ("end_turn", "stop_sequence"):
        return ""
    return "".join(block.text for block in message.content if block.type == "text")
