"""The settings are attributes, so they can be assigned to."""


def patient(client):
    client.max_retries = 5
    client.timeout = 30
    return client
