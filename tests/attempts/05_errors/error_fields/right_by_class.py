"""By class, and what is missing last."""

import anthropic


def error_fields(error):
    fields = {"type": None, "message": None, "request_id": None}
    if isinstance(error, anthropic.APIStatusError):
        fields = {"type": error.type, "message": error.api_message, "request_id": error.request_id}
    if fields["type"] is None:
        fields["type"] = error.__class__.__name__
    if fields["message"] is None:
        fields["message"] = str(error)
    return fields
