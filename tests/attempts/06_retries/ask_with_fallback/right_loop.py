"""One request for each model; the last error goes up."""

import anthropic


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def ask_with_fallback(client, prompt, models):
    overloaded = ValueError("nobody to ask")
    for model in models:
        try:
            return text_of(
                client.with_options(max_retries=0).messages.create(
                    model=model, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
                )
            )
        except anthropic.OverloadedError as error:
            overloaded = error
    raise overloaded
