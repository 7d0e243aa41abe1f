"""I believed: every error is the SDK's."""

import anthropic


def error_fields(error):
    if isinstance(error, anthropic.APIConnectionError):
        return {"type": "APIConnectionError", "message": str(error), "request_id": None}
    return {
        "type": error.type or type(error).__name__,
        "message": error.api_message or str(error),
        "request_id": error.request_id,
    }
