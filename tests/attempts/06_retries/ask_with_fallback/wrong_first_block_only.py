"""The first text that comes is taken for all of it."""

import anthropic


def ask_with_fallback(client, prompt, models):
    if not models:
        raise ValueError("no model to ask")
    for model in models:
        try:
            message = client.with_options(max_retries=0).messages.create(
                model=model, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
            )
            return next(block.text for block in message.content if block.type == "text")
        except anthropic.OverloadedError as error:
            overloaded = error
    raise overloaded
