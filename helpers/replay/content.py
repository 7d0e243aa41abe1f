"""The body of an answer, whole or broken."""

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from helpers.replay.events import Json
from helpers.replay.reply import Chunk

LATENCY: Final = 0.3
"""Seconds of API time before an answer that needs no generation."""
EVENT_STREAM: Final = "text/event-stream; charset=utf-8"
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)


def to_json(value: Any) -> bytes:
    """`value` as it is sent."""
    return _ENCODER.encode(value).encode()


class Content(NamedTuple):
    """Chunks, and the seconds of API time before the first of them."""

    chunks: Iterable[Chunk]
    latency: float = LATENCY
    content_type: str = "application/json"

    def cut_off(self, after: float) -> "Content":
        """What is sent when it breaks off after so many events; an unstreamed body breaks off in its middle."""
        if self.content_type == EVENT_STREAM:
            return self._replace(chunks=_first(list(self.chunks), after))
        return self._replace(chunks=_first(_halves(self.chunks), 1))

    def then(self, chunk: Chunk) -> "Content":
        """The same with one more chunk."""
        return self._replace(chunks=[*self.chunks, chunk])


def as_json(body: Json, latency: float = LATENCY) -> Content:
    """A JSON body."""
    return Content((Chunk(to_json(body)),), latency)


def error_body(kind: str, message: str, request_id: str | None, error_code: str | None = None) -> Json:
    """An error as the API writes it (https://platform.claude.com/docs/en/api/errors#error-shapes)."""
    error: Json = {"type": kind, "message": message}
    if error_code is not None:
        error["details"] = {"error_code": error_code}
    return {"type": "error", "error": error, "request_id": request_id}


def _first(chunks: Sequence[Chunk], after: float) -> Sequence[Chunk]:
    """The first `after` chunks: 6.5 are six and half of the seventh. The last two are never among them."""
    whole = min(int(after), max(len(chunks) - 2, 0))
    kept = list(chunks[:whole])
    if after % 1 and chunks:
        half = chunks[whole]
        kept.append(Chunk(half.data[: len(half.data) // 2], half.delay))
    return kept


def _halves(chunks: Iterable[Chunk]) -> list[Chunk]:
    """An unstreamed body in two parts and an empty third, so that what breaks off after one part breaks in mid-body."""
    body = b"".join(chunk.data for chunk in chunks)
    edges = (0, len(body) // 2, len(body))
    return [*(Chunk(body[start:end]) for start, end in pairwise(edges)), Chunk(b"")]
