"""I believed: the message is the message."""


def error_fields(error):
    return {
        "type": getattr(error, "type", None) or type(error).__name__,
        "message": getattr(error, "message", None) or str(error),
        "request_id": getattr(error, "request_id", None),
    }
