"""I believed: the type says it, whoever answers."""

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
    return error.type in ("rate_limit_error", "api_error", "timeout_error", "overloaded_error", "conflict_error")
