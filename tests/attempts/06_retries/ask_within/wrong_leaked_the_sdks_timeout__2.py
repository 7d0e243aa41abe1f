"""Python's `TimeoutError` is awaited, and the SDK's is another class."""

import anthropic

from helpers import MODEL


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def ask_within(client, prompt, seconds, clock, wait=1.0):
    began = clock.now()
    once = client.with_options(max_retries=0, timeout=seconds)
    try:
        return text_of(
            once.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
        )
    except TimeoutError:
        raise TimeoutError(f"{seconds} s are over") from None
    except anthropic.APIStatusError as error:
        if error.status_code not in (408, 409, 429) and error.status_code < 500:
            raise
        wait = max(wait, float(error.response.headers.get("retry-after", 0)))
        left = seconds - (clock.now() - began) - wait
        if left <= 0:
            raise
    clock.sleep(wait)
    return ask_within(client, prompt, left, clock, 2 * wait)
