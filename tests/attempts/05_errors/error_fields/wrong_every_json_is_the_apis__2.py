"""I believed: with get() nothing can go wrong."""


def error_fields(error):
    body = getattr(error, "body", None)
    told = body.get("error", {}) if isinstance(body, dict) else {}
    return {
        "type": told.get("type") or type(error).__name__,
        "message": told.get("message") or str(error),
        "request_id": getattr(error, "request_id", None),
    }
