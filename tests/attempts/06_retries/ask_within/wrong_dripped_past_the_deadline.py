"""With a timeout, a stream ends in time."""

import re

import anthropic
import httpx2

from helpers import MODEL


def ask_within(client, prompt, seconds, clock):
    end = clock.now() + seconds
    while (left := end - clock.now()) > 0:
        try:
            with client.with_options(max_retries=0, timeout=left).messages.stream(
                model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
            ) as stream:
                return stream.get_final_text()
        except (anthropic.APITimeoutError, httpx2.TimeoutException):
            break
        except (anthropic.RateLimitError, anthropic.InternalServerError) as error:
            headers = error.response.headers
            if headers.get("x-should-retry") == "false" or error.error_code is not None:
                raise
            asked = re.fullmatch(r"\d+", headers.get("retry-after", ""))
            wait = int(asked[0]) if asked else 3
        if wait >= end - clock.now():
            break
        clock.sleep(wait)
    raise TimeoutError
