"""I believed: a run of the service is what a retry belongs to."""

import uuid

RUN = uuid.uuid4().hex


def dedup_key(tool_use):
    return f"{RUN}:{tool_use.name}:{tool_use.input['payment']}"
