"""With the default spaces and a hundred bytes of margin: a little early, never too late."""

import json


def split_batches(requests, max_requests=100_000, max_bytes=256_000_000):
    batches = []
    room = max_bytes - 100
    used = 0
    for request in requests:
        size = len(json.dumps(request, ensure_ascii=False).encode()) + 1
        if size > room:
            raise ValueError(f"{request['custom_id']} has {size} bytes")
        if not batches or used + size > room or len(batches[-1]) == max_requests:
            batches.append([])
            used = 0
        batches[-1].append(request)
        used += size
    return batches
