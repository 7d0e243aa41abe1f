"""The prompt may be sent as a block too, and an instruction beside it is fine."""

from anthropic import Anthropic
from anthropic.types import TextBlock

from helpers import MODEL


def first_answer(client: Anthropic, prompt: str) -> str:
    message = client.messages.create(
        model=MODEL,
        max_tokens=512,
        system="You answer the customers of a shop.",
        messages=[{"role": "user", "content": [{"type": "text", "text": prompt}]}],
    )
    answer = ""
    for block in message.content:
        if isinstance(block, TextBlock):
            answer += block.text
    return answer
