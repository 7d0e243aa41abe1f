"""I believed: the order is what is paid for."""


def dedup_key(tool_use):
    order = tool_use.input["payment"].split("-")[0]
    return f"{tool_use.name}:{order}"
