"""A polite pause before the next model is asked."""

import time

import anthropic


def ask_with_fallback(client, prompt, models):
    if not models:
        raise ValueError
    once = client.with_options(max_retries=0)
    for left in range(len(models) - 1, -1, -1):
        try:
            message = once.messages.create(
                model=models[-1 - left], max_tokens=1024, messages=[{"role": "user", "content": prompt}]
            )
            return "".join(block.text for block in message.content if block.type == "text")
        except anthropic.OverloadedError:
            if not left:
                raise
            time.sleep(4)
