"""No exception came from the call, so the text can be used."""


def usable_text(message):
    return "".join(block.text for block in message.content if block.type == "text")
