"""By raising it once more: the except clauses are the table."""

import json

import anthropic
import httpx2


def should_retry(error):
    headers = getattr(getattr(error, "response", None), "headers", {})
    if headers.get("x-should-retry") == "true":
        return True
    if headers.get("x-should-retry") == "false":
        return False
    try:
        raise error
    except (anthropic.APIConnectionError, httpx2.HTTPError, json.JSONDecodeError):
        return True
    except (anthropic.InternalServerError, anthropic.ConflictError, anthropic.RequestTimeoutError):
        return True
    except anthropic.RateLimitError as limited:
        return not (limited.details and limited.details.error_code == "enforced_spend_limit_reached")
    except anthropic.APIStatusError as other:
        return other.status_code == 200 and other.type in (
            "overloaded_error",
            "api_error",
            "rate_limit_error",
            "timeout_error",
        )
    except Exception:
        return False
