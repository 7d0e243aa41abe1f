"""The option is called retries."""


def patient(client):
    return client.with_options(retries=5, timeout=30)
