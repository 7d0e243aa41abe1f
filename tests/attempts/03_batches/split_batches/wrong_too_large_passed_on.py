"""I believed: a batch of its own is all one can do."""

import json


def split_batches(requests, max_requests=100_000, max_bytes=256_000_000):
    batches, size = [], 0
    for request in requests:
        needed = len(json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()) + 1
        if not batches or len(batches[-1]) == max_requests or size + needed > max_bytes:
            batches.append([])
            size = 15
        batches[-1].append(request)
        size += needed
    return batches
