"""I believed: the body has all three."""


def error_fields(error):
    body = getattr(error, "body", None)
    if not isinstance(body, dict):
        return {"type": type(error).__name__, "message": str(error), "request_id": None}
    return {
        "type": body["error"]["type"],
        "message": body["error"]["message"],
        "request_id": body.get("request_id"),
    }
