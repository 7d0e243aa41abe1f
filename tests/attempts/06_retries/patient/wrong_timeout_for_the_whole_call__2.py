"""The timeout is divided among the attempts."""


def patient(client):
    return client.with_options(max_retries=5, timeout=30 / 6)
