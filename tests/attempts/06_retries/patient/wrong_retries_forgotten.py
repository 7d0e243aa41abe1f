"""With more time there is nothing to retry."""


def patient(client):
    return client.with_options(timeout=30)
