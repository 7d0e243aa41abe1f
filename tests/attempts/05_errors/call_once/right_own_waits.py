"""The SDK's retries switched off, and the same rule by hand, with the waits that the API asks for."""

import time

import anthropic


def call_once(client, **params):
    once = client.with_options(max_retries=0)
    for attempt in range(3):
        try:
            return once.messages.create(**params)
        except (anthropic.RateLimitError, anthropic.InternalServerError, anthropic.APIConnectionError) as error:
            if attempt == 2:
                raise
            time.sleep(float(getattr(error, "response").headers.get("retry-after", 2 + 4 * attempt)))
