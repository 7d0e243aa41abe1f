"""I believed: the payment's number says it all."""


def dedup_key(tool_use):
    return tool_use.input["payment"]
