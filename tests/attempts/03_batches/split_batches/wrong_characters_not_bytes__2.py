"""I believed: only the prompt counts."""


def split_batches(requests, max_requests=100_000, max_bytes=256_000_000):
    batches, size = [], 0
    for request in requests:
        needed = len(request["params"]["messages"][0]["content"].encode())
        if needed > max_bytes:
            raise ValueError(request["custom_id"])
        if not batches or len(batches[-1]) == max_requests or size + needed > max_bytes:
            batches.append([])
            size = 0
        batches[-1].append(request)
        size += needed
    return batches
