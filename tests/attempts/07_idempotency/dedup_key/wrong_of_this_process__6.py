"""I believed: worker and payment together name a charge."""

import os


def dedup_key(tool_use):
    return f"{os.getpid()}-{tool_use.name}-{tool_use.input['payment']}"
