"""I believed: it can't hurt."""

import anthropic
import httpx2


def should_retry(error):
    return isinstance(error, (anthropic.APIError, httpx2.TransportError))
