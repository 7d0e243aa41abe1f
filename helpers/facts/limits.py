"""Request size limits, in bytes, by endpoint (https://platform.claude.com/docs/en/api/errors#request-size-limits)."""

import json
from collections.abc import Mapping
from typing import Any, Final, Literal

Endpoint = Literal["messages", "count_tokens", "batches", "files"]

MEGABYTE: Final = 1_000_000
LIMITS: Final[Mapping[Endpoint, int]] = {
    "messages": 32 * MEGABYTE,
    "count_tokens": 32 * MEGABYTE,
    "batches": 256 * MEGABYTE,
    "files": 500 * MEGABYTE,
}

MAX_BATCH_REQUESTS: Final = 100_000
"""Requests in one batch (https://platform.claude.com/docs/en/build-with-claude/batch-processing#batch-limitations)."""

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def request_size(payload: Mapping[str, Any]) -> int:
    """The bytes that the SDK sends for `payload`: JSON in UTF-8, without spaces and without needless escapes."""
    return len(_ENCODER.encode(payload).encode())


def fits(endpoint: Endpoint, payload: Mapping[str, Any] | bytes) -> bool:
    """Whether the API would read this body rather than answer 413. What counts is bytes on the wire, not characters."""
    size = len(payload) if isinstance(payload, bytes) else request_size(payload)
    return size <= LIMITS[endpoint]
