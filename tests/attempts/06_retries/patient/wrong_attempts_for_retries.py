"""Five times in all: the first attempt counts."""


def patient(client):
    return client.with_options(max_retries=4, timeout=30)
