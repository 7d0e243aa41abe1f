"""I believed: who sends too much has to live without it."""

import json


def split_batches(requests, max_requests=100_000, max_bytes=256_000_000):
    batches, size = [], 0
    for request in requests:
        needed = len(json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()) + 1
        if 15 + needed > max_bytes:
            continue
        if not batches or len(batches[-1]) == max_requests or size + needed > max_bytes:
            batches.append([])
            size = 15
        batches[-1].append(request)
        size += needed
    return batches
