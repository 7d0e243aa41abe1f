"""I believed: str() says it all."""


def error_fields(error):
    return {
        "type": getattr(error, "type", None) or type(error).__name__,
        "message": str(error),
        "request_id": getattr(error, "request_id", None),
    }
