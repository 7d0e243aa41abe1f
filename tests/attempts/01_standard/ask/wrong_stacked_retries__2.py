"""Sooner or later it answers."""

import anthropic

from helpers import MODEL


def ask(client, prompt):
    while True:
        try:
            message = client.messages.create(
                model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
            )
            return "".join(block.text for block in message.content if block.type == "text")
        except anthropic.APIError:
            continue
