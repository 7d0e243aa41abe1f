"""I believed: a key may become valid."""

import anthropic


def call_once(client, **params):
    try:
        return client.messages.create(**params)
    except anthropic.AuthenticationError:
        return client.messages.create(**params)
