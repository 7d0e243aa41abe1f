"""I believed: every error was answered."""


def error_fields(error):
    return {"type": error.type, "message": error.api_message, "request_id": error.request_id}
