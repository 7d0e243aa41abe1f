"""I believed: who answers, answers JSON."""

import anthropic


def error_fields(error):
    if not isinstance(error, anthropic.APIStatusError):
        return {"type": type(error).__name__, "message": str(error), "request_id": None}
    told = error.body["error"]
    return {"type": told["type"], "message": told["message"], "request_id": error.request_id}
