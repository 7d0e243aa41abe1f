"""I believed: the same arguments are the same call."""

import hashlib
import json


def dedup_key(tool_use):
    arguments = json.dumps(tool_use.input, sort_keys=True)
    return hashlib.sha256(f"{tool_use.name}{arguments}".encode()).hexdigest()
