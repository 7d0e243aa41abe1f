"""What is wanted is a function that asks patiently."""


def patient(client):
    return client.with_options(max_retries=5, timeout=30).messages.create
