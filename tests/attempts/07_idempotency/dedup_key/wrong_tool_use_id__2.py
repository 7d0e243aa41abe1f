"""I believed: more fields are more exact."""


def dedup_key(tool_use):
    return f"{tool_use.name}:{tool_use.input['payment']}:{tool_use.id}"
