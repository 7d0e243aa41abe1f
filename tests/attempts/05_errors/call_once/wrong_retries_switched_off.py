"""I believed: once means one request."""


def call_once(client, **params):
    return client.with_options(max_retries=0).messages.create(**params)
