"""I believed: the text of the call is what it does."""


def dedup_key(tool_use):
    return f"{tool_use.name}({tool_use.input})"
