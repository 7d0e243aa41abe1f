"""By the API's own type, wherever it comes from."""

import anthropic
import httpx2

PASSING = {"rate_limit_error", "api_error", "timeout_error", "overloaded_error", "conflict_error"}


def should_retry(error):
    match error:
        case anthropic.APIConnectionError() | httpx2.TransportError():
            return True
        case anthropic.APIStatusError():
            match error.response.headers.get("x-should-retry"):
                case "true":
                    return True
                case "false":
                    return False
            return error.type in PASSING and error.error_code != "enforced_spend_limit_reached"
        case _:
            return False
