"""A question to try it with."""

import anthropic

from helpers import MODEL


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def ask_within(client, prompt, seconds, clock):
    deadline = clock.now() + seconds
    pause = 0.5
    while clock.now() < deadline:
        try:
            message = client.with_options(max_retries=0, timeout=deadline - clock.now()).messages.create(
                model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": "Hello"}]
            )
            return text_of(message)
        except (anthropic.RateLimitError, anthropic.InternalServerError) as error:
            wait = float(getattr(error, "response").headers.get("retry-after", pause))
            if clock.now() + wait >= deadline:
                raise TimeoutError from error
            clock.sleep(wait)
        pause *= 2
    raise TimeoutError
