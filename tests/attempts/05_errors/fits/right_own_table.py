"""With a table of its own, piece by piece."""

import json


def fits(endpoint, payload):
    size = 0
    for piece in json.JSONEncoder(ensure_ascii=False).iterencode(payload):
        size += len(piece.encode())
    return size <= {"messages": 32, "count_tokens": 32, "batches": 256, "files": 500}[endpoint] * 10**6
