"""I believed: a tuple is a key in Python."""


def dedup_key(tool_use):
    return (tool_use.name, tool_use.input["payment"])
