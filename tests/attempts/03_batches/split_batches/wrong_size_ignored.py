"""I believed: 100,000 requests are the limit."""


def split_batches(requests, max_requests=100_000, max_bytes=256_000_000):
    return [requests[start : start + max_requests] for start in range(0, len(requests), max_requests)]
