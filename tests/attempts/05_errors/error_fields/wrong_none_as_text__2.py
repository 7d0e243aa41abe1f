"""An exception that says nothing, with `None` as its text."""


def error_fields(error):
    message = getattr(error, "api_message", None) or str(error) or None
    return {
        "type": getattr(error, "type", None) or type(error).__name__,
        "message": str(message),
        "request_id": getattr(error, "request_id", None),
    }
