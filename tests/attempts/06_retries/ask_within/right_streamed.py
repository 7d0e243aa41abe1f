"""A stream, with a steady pause and the fewest attempts."""

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
            wait = float(error.response.headers.get("retry-after") or 3)
        if wait >= end - clock.now():
            break
        clock.sleep(wait)
    raise TimeoutError
