"""I believed: only an overload breaks a stream."""

import json

import anthropic
import httpx2


def should_retry(error):
    if isinstance(error, (anthropic.APIConnectionError, httpx2.TransportError)):
        return True
    if isinstance(error, (json.JSONDecodeError, httpx2.DecodingError)):
        return True
    if not isinstance(error, anthropic.APIStatusError):
        return False
    asked = error.response.headers.get("x-should-retry")
    if asked in ("true", "false"):
        return asked == "true"
    if error.error_code == "enforced_spend_limit_reached":
        return False
    if error.status_code == 200:
        return "overloaded_error" in str(error)
    return error.status_code in (408, 409, 429) or error.status_code >= 500
