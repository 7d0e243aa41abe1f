"""I believed: a character is a byte."""

import json


def split_batches(requests, max_requests=100_000, max_bytes=256_000_000):
    batches, size = [], 0
    for request in requests:
        needed = len(json.dumps(request, ensure_ascii=False)) + 1
        if 20 + needed > max_bytes:
            raise ValueError(request["custom_id"])
        if not batches or len(batches[-1]) == max_requests or size + needed > max_bytes:
            batches.append([])
            size = 20
        batches[-1].append(request)
        size += needed
    return batches
