"""The raw response, parsed: the same message."""


def call_once(client, **params):
    raw = client.messages.with_raw_response.create(**params)
    return raw.parse()
