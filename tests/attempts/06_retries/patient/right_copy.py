"""The same by its other name, and the timeout in full."""

import httpx2


def patient(client):
    return client.copy(timeout=httpx2.Timeout(30.0, connect=5.0), max_retries=5)
