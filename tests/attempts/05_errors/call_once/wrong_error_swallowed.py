"""I believed: the caller can't do anything about it."""

import anthropic


def call_once(client, **params):
    try:
        return client.messages.create(**params)
    except anthropic.APIError:
        return None
