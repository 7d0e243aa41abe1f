"""I believed: a megabyte has 1024 * 1024 bytes."""

import json


def split_batches(requests, max_requests=100_000, max_bytes=256 * 1024 * 1024):
    def size(part):
        return len(json.dumps({"requests": part}, ensure_ascii=False, separators=(",", ":")).encode("utf-8"))

    batches, current = [], []
    for request in requests:
        if size([request]) > max_bytes:
            raise ValueError("too large: " + request["custom_id"])
        if current and (len(current) >= max_requests or size([*current, request]) > max_bytes):
            batches.append(current)
            current = []
        current.append(request)
    if current:
        batches.append(current)
    return batches
