"""The first text that comes is taken for all of it."""

import math

import anthropic

from helpers import MODEL


def text_of(message):
    return next(block.text for block in message.content if block.type == "text")


def asked(headers, otherwise):
    try:
        seconds = float(headers.get("retry-after", otherwise))
    except ValueError:
        return otherwise
    return seconds if math.isfinite(seconds) and seconds > 0 else otherwise


def ask_within(client, prompt, seconds, clock):
    deadline = clock.now() + seconds
    pause = 0.5
    while True:
        try:
            message = client.with_options(max_retries=0).messages.create(
                model=MODEL,
                max_tokens=1024,
                timeout=deadline - clock.now(),
                messages=[{"role": "user", "content": prompt}],
            )
            return text_of(message)
        except anthropic.APITimeoutError as error:
            raise TimeoutError(f"no answer in {seconds} s") from error
        except (anthropic.RateLimitError, anthropic.InternalServerError) as error:
            headers = error.response.headers
            if headers.get("x-should-retry") == "false" or error.error_code == "enforced_spend_limit_reached":
                raise
            wait = asked(headers, pause)
            if clock.now() + wait >= deadline:
                raise TimeoutError(f"no answer in {seconds} s") from error
        clock.sleep(wait)
        pause *= 2
