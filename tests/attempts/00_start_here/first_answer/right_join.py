"""Every text block, joined."""

from anthropic import Anthropic

from helpers import MODEL


def first_answer(client: Anthropic, prompt: str) -> str:
    message = client.messages.create(
        model=MODEL,
        max_tokens=1024,
        messages=[{"role": "user", "content": prompt}],
    )
    return "".join(block.text for block in message.content if block.type == "text")
