"""Request size limits, in bytes, by endpoint (https://platform.claude.com/docs/en/api/errors#request-size-limits)."""

from collections.abc import Mapping
from typing import Final, Literal

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


def fits(endpoint: Endpoint, body: bytes) -> bool:
    """Whether the API would read `body` rather than answer 413. What counts is bytes on the wire, not characters."""
    return len(body) <= LIMITS[endpoint]
