"""The attribute may be missing on a message that did not come from a call, and then I want to know."""

from anthropic.types import Message


def request_id_of(message: Message) -> str:
    request_id = getattr(message, "_request_id", None)
    if not request_id:
        raise ValueError("this message came without a request id")
    return str(request_id)
