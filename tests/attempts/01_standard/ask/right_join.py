"""Every text block, joined, one call, and errors are left alone."""

from anthropic import Anthropic

from helpers import MODEL


def ask(client: Anthropic, prompt: str) -> str:
    message = client.messages.create(
        model=MODEL,
        max_tokens=1024,
        messages=[{"role": "user", "content": prompt}],
    )
    return "".join(block.text for block in message.content if block.type == "text")
