"""By the map: a type inside a stream stands for its status."""

import json

import anthropic
import httpx2

from helpers.facts import is_retryable
from helpers.facts.errors import status_of


def should_retry(error):
    match error:
        case anthropic.APIConnectionError() | httpx2.RequestError() | json.JSONDecodeError():
            return True
        case anthropic.APIStatusError():
            match error.response.headers.get("x-should-retry"):
                case "true":
                    return True
                case "false":
                    return False
            status = error.status_code if error.status_code != 200 else status_of(error.type)
            return is_retryable(status) and error.error_code != "enforced_spend_limit_reached"
        case _:
            return False
