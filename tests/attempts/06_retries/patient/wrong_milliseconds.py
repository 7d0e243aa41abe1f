"""Timeouts are in milliseconds, as in the SDK for TypeScript."""


def patient(client):
    return client.with_options(max_retries=5, timeout=30_000)
