"""What went through the relay: one request, and what the API answered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Piece(NamedTuple):
    """Bytes of a body, and when they came, in seconds since the request was sent on."""

    data: bytes
    moment: float


@dataclass
class Kept:
    """One request and its answer, in memory alone."""

    number: int
    method: str
    path: str
    """Without its query."""
    body: bytes
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the answer, in lower case."""
    pieces: list[Piece] = field(default_factory=list)
    broken: bool = False
    """Whether the answer ended before its end."""

    @property
    def name(self) -> str:
        """How it is spoken of."""
        return f"request {self.number} ({self.method} {self.path}, answered {self.status})"

    @property
    def content_type(self) -> str:
        """Of the answer; empty where it does not say."""
        return self.headers.get("content-type", "")

    @property
    def is_stream(self) -> bool:
        """Whether it was answered with events."""
        return self.content_type.startswith("text/event-stream")

    @property
    def answer(self) -> bytes:
        """The whole body."""
        return b"".join(piece.data for piece in self.pieces)

    @property
    def asked(self) -> Mapping[str, Any]:
        """The fields of the request."""
        return fields_of(self.body)


def fields_of(data: bytes) -> Mapping[str, Any]:
    """The fields of a JSON object; none where it is no such thing."""
    try:
        value = json.loads(data)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
