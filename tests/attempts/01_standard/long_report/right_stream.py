"""Always streamed: one way for every length."""

from anthropic import Anthropic
from anthropic.types import Message

from helpers import MODEL


def long_report(client: Anthropic, prompt: str, max_tokens: int) -> Message:
    with client.messages.stream(
        model=MODEL,
        max_tokens=max_tokens,
        messages=[{"role": "user", "content": prompt}],
    ) as stream:
        return stream.get_final_message()
