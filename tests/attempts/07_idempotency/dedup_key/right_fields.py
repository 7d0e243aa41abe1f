"""I believed: the tool and the payment's number."""


def dedup_key(tool_use):
    return f"{tool_use.name}/{tool_use.input['payment']}"
