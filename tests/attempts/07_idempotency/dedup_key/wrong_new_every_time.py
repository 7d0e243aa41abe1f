"""I believed: a UUID is unique, so nothing happens twice."""

import uuid


def dedup_key(tool_use):
    return f"{tool_use.input['payment']}-{uuid.uuid4()}"
