"""Waiting grows; somebody else may look at the clock."""

import anthropic

from helpers import MODEL


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def ask_within(client, prompt, seconds, clock):
    deadline = clock.now() + seconds
    for attempt in range(10):
        try:
            message = client.with_options(max_retries=0, timeout=seconds).messages.create(
                model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
            )
            return text_of(message)
        except (anthropic.RateLimitError, anthropic.InternalServerError) as error:
            clock.sleep(float(error.response.headers.get("retry-after", 2**attempt)))
        if clock.now() > deadline:
            raise TimeoutError
