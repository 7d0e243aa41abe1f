"""All that may pass is tried again, with ever longer pauses; Ctrl-C is not among it."""

import json

import anthropic
import httpx2

from helpers import MODEL


def seconds_to_wait(error, otherwise):
    after = error.response.headers.get("retry-after", "") if isinstance(error, anthropic.APIStatusError) else ""
    return int(after) if after.isdecimal() else otherwise


def is_final(error):
    if not isinstance(error, anthropic.APIStatusError):
        return False
    said = error.response.headers.get("x-should-retry")
    if said is not None:
        return said == "false" or error.error_code is not None
    return error.error_code is not None or not (error.status_code >= 500 or error.status_code in (408, 409, 429))


def ask_within(client, prompt, seconds, clock):
    end = clock.now() + seconds
    pause = 1.0
    while (left := end - clock.now()) > 0:
        try:
            message = client.with_options(max_retries=0).messages.create(
                model=MODEL, max_tokens=1024, timeout=left, messages=[{"role": "user", "content": prompt}]
            )
            return "".join(block.text for block in message.content if block.type == "text")
        except (anthropic.APIError, httpx2.HTTPError, json.JSONDecodeError) as error:
            if is_final(error):
                raise
            wait = seconds_to_wait(error, pause)
            if wait >= end - clock.now():
                raise TimeoutError from error
        clock.sleep(wait)
        pause += 1
    raise TimeoutError
