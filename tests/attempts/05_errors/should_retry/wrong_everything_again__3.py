"""A list of what is final, where there should be one of what passes."""

import json

import anthropic
import httpx2


def should_retry(error):
    if isinstance(error, (anthropic.APIConnectionError, httpx2.RequestError, json.JSONDecodeError)):
        return True
    if not isinstance(error, anthropic.APIStatusError):
        return False
    asked = error.response.headers.get("x-should-retry")
    if asked in ("true", "false"):
        return asked == "true"
    if error.error_code == "enforced_spend_limit_reached":
        return False
    if error.status_code == 200:
        return error.type in ("overloaded_error", "api_error", "rate_limit_error", "timeout_error")
    return error.status_code not in (400, 401, 402, 403, 404, 413, 422)
