"""I believed: the SDK gives up too early."""

import anthropic


def call_once(client, **params):
    for attempt in range(3):
        try:
            return client.messages.create(**params)
        except (anthropic.RateLimitError, anthropic.InternalServerError):
            if attempt == 2:
                raise
