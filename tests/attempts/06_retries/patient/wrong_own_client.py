"""Another setting needs another client."""

from anthropic import Anthropic


def patient(client):
    return Anthropic(api_key=client.api_key, base_url=client.base_url, max_retries=5, timeout=30)
