"""I believed: the class is the type."""


def error_fields(error):
    return {
        "type": type(error).__name__,
        "message": getattr(error, "api_message", None) or str(error),
        "request_id": getattr(error, "request_id", None),
    }
