"""I believed: JSON is the API's."""


def error_fields(error):
    body = getattr(error, "body", None)
    if isinstance(body, dict):
        kind, said = body["error"]["type"], body["error"]["message"]
    else:
        kind, said = type(error).__name__, str(error)
    return {"type": kind, "message": said, "request_id": getattr(error, "request_id", None)}
