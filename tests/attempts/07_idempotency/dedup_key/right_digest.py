"""I believed: a digest of what the shop knew beforehand, the amount included."""

import hashlib
import json


def dedup_key(tool_use):
    known = {name: tool_use.input[name] for name in ("payment", "amount", "customer")}
    text = json.dumps([tool_use.name, known], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
