"""I believed: it is called as on a message."""


def error_fields(error):
    return {
        "type": getattr(error, "type", None) or type(error).__name__,
        "message": getattr(error, "api_message", None) or str(error),
        "request_id": getattr(error, "_request_id", None),
    }
