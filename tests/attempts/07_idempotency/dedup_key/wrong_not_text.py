"""I believed: a hash is a key."""


def dedup_key(tool_use):
    return hash((tool_use.name, tool_use.input["payment"]))
