"""I believed: the first batch is there from the beginning."""

import json


def split_batches(requests, max_requests=100_000, max_bytes=256_000_000):
    batches = [[]]
    size = 15
    for request in requests:
        needed = len(json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()) + 1
        if 15 + needed > max_bytes:
            raise ValueError(request["custom_id"])
        if len(batches[-1]) == max_requests or size + needed > max_bytes:
            batches.append([])
            size = 15
        batches[-1].append(request)
        size += needed
    return batches
