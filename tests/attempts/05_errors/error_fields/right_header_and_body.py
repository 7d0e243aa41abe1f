"""From the response itself, carefully."""


def error_fields(error):
    body = getattr(error, "body", None)
    told = body.get("error") if isinstance(body, dict) else None
    told = told if isinstance(told, dict) else {}
    response = getattr(error, "response", None)
    return dict(
        type=told.get("type", type(error).__name__),
        message=told.get("message", str(error)),
        request_id=response.headers.get("request-id") if response is not None else None,
    )
