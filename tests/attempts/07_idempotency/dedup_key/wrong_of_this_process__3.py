"""I believed: the same text has the same hash."""


def dedup_key(tool_use):
    return f"{hash((tool_use.name, tool_use.input['payment'])):x}"
