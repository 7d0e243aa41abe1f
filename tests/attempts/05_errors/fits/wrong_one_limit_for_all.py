"""I believed: 32 MB is the limit."""

import json


def fits(endpoint, payload):
    return len(json.dumps(payload, ensure_ascii=False).encode()) <= 32_000_000
