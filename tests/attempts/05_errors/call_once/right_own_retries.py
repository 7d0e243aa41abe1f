"""The SDK's retries switched off, and the same rule by hand."""

import anthropic


def call_once(client, **params):
    patient = client.with_options(max_retries=0)
    for attempt in range(3):
        try:
            return patient.messages.create(**params)
        except (anthropic.RateLimitError, anthropic.InternalServerError, anthropic.APIConnectionError):
            if attempt == 2:
                raise
