"""Unusable is unusable: one exception will do."""


def usable_text(message):
    if message.stop_reason not in ("end_turn", "stop_sequence"):
        raise ValueError(f"unusable: {message.stop_reason}")
    return "".join(block.text for block in message.content if block.type == "text")
