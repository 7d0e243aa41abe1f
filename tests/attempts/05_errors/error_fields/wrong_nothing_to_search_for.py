"""I believed: what is not there is None."""


def error_fields(error):
    return {
        "type": getattr(error, "type", None),
        "message": getattr(error, "api_message", None),
        "request_id": getattr(error, "request_id", None),
    }
