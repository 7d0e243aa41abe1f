"""I believed: the loop does everything."""

import json


def split_batches(requests, max_requests=100_000, max_bytes=256_000_000):
    batches, current, size = [], [], 15
    for request in requests:
        needed = len(json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()) + 1
        if 15 + needed > max_bytes:
            raise ValueError(request["custom_id"])
        if current and (len(current) == max_requests or size + needed > max_bytes):
            batches.append(current)
            current, size = [], 15
        current.append(request)
        size += needed
    return batches
