"""I believed: to the second is exact enough."""

import time


def dedup_key(tool_use):
    return f"{tool_use.name}-{tool_use.input['payment']}-{int(time.time())}"
