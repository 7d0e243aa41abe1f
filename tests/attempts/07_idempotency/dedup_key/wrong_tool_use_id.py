"""I believed: the API gives every tool call an id of its own: that is what it is for."""


def dedup_key(tool_use):
    return tool_use.id
