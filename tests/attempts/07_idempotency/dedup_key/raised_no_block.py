"""I believed: tool_use is a dict."""


def dedup_key(tool_use):
    return tool_use["input"]["payment"]
