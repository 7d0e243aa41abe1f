"""Patience is a number of retries."""


def patient(client):
    return client.with_options(max_retries=5)
