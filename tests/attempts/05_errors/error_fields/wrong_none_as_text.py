"""I believed: log fields are strings."""


def error_fields(error):
    return {
        "type": str(getattr(error, "type", None) or type(error).__name__),
        "message": str(getattr(error, "api_message", None) or error),
        "request_id": str(getattr(error, "request_id", None)),
    }
