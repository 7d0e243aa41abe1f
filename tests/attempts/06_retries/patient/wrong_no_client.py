"""with_options changes the client that it is called on."""


def patient(client):
    client.with_options(max_retries=5, timeout=30)
