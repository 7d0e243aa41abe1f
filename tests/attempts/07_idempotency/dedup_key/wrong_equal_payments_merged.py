"""I believed: who pays what: the same customer does not pay the same twice."""


def dedup_key(tool_use):
    return f"{tool_use.name}:{tool_use.input['customer']}:{tool_use.input['amount']}"
