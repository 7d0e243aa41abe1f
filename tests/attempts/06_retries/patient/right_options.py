"""A copy with two settings changed."""


def patient(client):
    return client.with_options(max_retries=5, timeout=30)
