"""I believed: a megabyte has 1024 times 1024 bytes."""

import json


def fits(endpoint, payload):
    megabytes = {"messages": 32, "count_tokens": 32, "batches": 256, "files": 500}[endpoint]
    return len(json.dumps(payload, ensure_ascii=False).encode()) <= megabytes * 1024**2
