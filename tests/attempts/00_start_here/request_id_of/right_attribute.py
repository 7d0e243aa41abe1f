"""The SDK keeps the header on the message."""

from anthropic.types import Message


def request_id_of(message: Message) -> str:
    return message._request_id
