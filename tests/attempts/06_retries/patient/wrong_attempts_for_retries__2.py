"""max_retries counts the first attempt too, so one more is needed."""


def patient(client):
    return client.with_options(max_retries=6, timeout=30)
