"""Overloaded by the error's type rather than by its class, and streamed."""

import anthropic


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def ask_with_fallback(client, prompt, models):
    if len(models) == 0:
        raise ValueError("models is empty")
    for model in models:
        try:
            with client.with_options(max_retries=0).messages.stream(
                model=model, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
            ) as stream:
                return text_of(stream.get_final_message())
        except anthropic.APIStatusError as error:
            if error.type != "overloaded_error" or model == models[-1]:
                raise
