"""The last model is called without a net."""

import anthropic


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def ask_with_fallback(client, prompt, models):
    first, *others = models
    once = client.with_options(max_retries=0)
    try:
        message = once.messages.create(model=first, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    except anthropic.OverloadedError:
        if not others:
            raise
        return ask_with_fallback(client, prompt, others)
    return text_of(message)
