"""I believed: my own exception is clearer."""

import anthropic


def call_once(client, **params):
    try:
        return client.messages.create(**params)
    except anthropic.APIError as error:
        raise RuntimeError("the call failed") from error
