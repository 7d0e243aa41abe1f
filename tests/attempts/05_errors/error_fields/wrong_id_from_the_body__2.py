"""I believed: the body has all three, always."""


def error_fields(error):
    if error.body is None:
        return {"type": "APIConnectionError", "message": str(error), "request_id": None}
    return {**{key: error.body["error"][key] for key in ("type", "message")}, "request_id": error.body["request_id"]}
