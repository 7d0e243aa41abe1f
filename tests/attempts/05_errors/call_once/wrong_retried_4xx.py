"""I believed: three attempts are better than one."""

import anthropic


def call_once(client, **params):
    for attempt in range(3):
        try:
            return client.messages.create(**params)
        except anthropic.APIError:
            if attempt == 2:
                raise
