"""I believed: an overloaded API raises OverloadedError."""

import anthropic
import httpx2


def should_retry(error):
    if isinstance(error, (anthropic.APIConnectionError, httpx2.TransportError)):
        return True
    if not isinstance(error, anthropic.APIStatusError):
        return False
    asked = error.response.headers.get("x-should-retry")
    if asked in ("true", "false"):
        return asked == "true"
    if error.error_code == "enforced_spend_limit_reached":
        return False
    return isinstance(
        error,
        (
            anthropic.OverloadedError,
            anthropic.InternalServerError,
            anthropic.RateLimitError,
            anthropic.ConflictError,
            anthropic.RequestTimeoutError,
        ),
    )
