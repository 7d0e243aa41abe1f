"""The timeout is for the whole call: six attempts of 30 seconds."""


def patient(client):
    return client.with_options(max_retries=5, timeout=6 * 30)
