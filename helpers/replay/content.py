"""The body of an answer, whole or broken."""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from helpers.replay.encoding import to_json
from helpers.replay.events import PING, Json
from helpers.replay.reply import BREAK, Chunk
from helpers.replay.wire import Ending

LATENCY: Final = 0.3
"""Seconds of API time before an answer that needs no generation."""
EVENT_STREAM: Final = "text/event-stream; charset=utf-8"
JSON: Final = "application/json"
JSONL: Final = "application/x-jsonl"
PING_EVERY: Final = 5.0
"""Seconds of API time between the pings of a warm stall."""
WARM_FOR: Final = 600.0
"""Seconds of API time after which a warm stall is over, because somebody on the way closes it."""
NONE: Final[Mapping[str, str]] = {}
COMPRESSED: Final = {"content-encoding": "gzip"}
GZIP: Final = 31
"""zlib's number for the format that `content-encoding: gzip` means."""
NOISE: Final = b"\xff" * 32
"""What no decompressor takes: it begins a block of a type that does not exist."""


class Content(NamedTuple):
    """Chunks, and the seconds of API time before the first of them."""

    chunks: Iterable[Chunk]
    latency: float = LATENCY
    content_type: str = JSON
    headers: Mapping[str, str] = NONE
    """Headers that only such an answer has."""
    input_tokens: int = 0
    output_tokens: int = 0

    @property
    def is_stream(self) -> bool:
        """Whether it is made of events."""
        return self.content_type == EVENT_STREAM

    def ending(self, ending: Ending, after: float) -> "Content":
        """What is sent when it ends like this after so many events or lines; another body breaks off in its middle."""
        if ending == "clean":
            return self
        if self.is_stream:
            kept, rest = _split(list(self.chunks), after)
        elif self.content_type == JSONL:
            kept, rest = _split(_lines(self.chunks), after)
        else:
            kept, rest = _split(_halves(self.chunks), 1)
        match ending:
            case "malformed" if self.is_stream:
                kept.append(_halved(rest))
            case "warm_stall" if self.is_stream:
                kept += [Chunk(PING.wire, PING_EVERY, PING.name)] * int(WARM_FOR / PING_EVERY)
            case "garbled":
                return self._replace(chunks=list(_garbled(kept)), headers=COMPRESSED)
        return self._replace(chunks=kept)

    def then(self, chunk: Chunk) -> "Content":
        """The same with one more chunk."""
        return self._replace(chunks=[*self.chunks, chunk])


def as_json(body: Json, latency: float = LATENCY) -> Content:
    """A JSON body."""
    return Content((Chunk(to_json(body)),), latency)


def error_body(kind: str, message: str, request_id: str | None, details: Json | None = None) -> Json:
    """An error as the API writes it (https://platform.claude.com/docs/en/api/errors#error-shapes)."""
    error: Json = {"type": kind, "message": message}
    if details is not None:
        error["details"] = details
    return {"type": "error", "error": error, "request_id": request_id}


def edge_error_body(kind: str, message: str) -> Json:
    """An error as what stands before the API writes it: without a type of its own, and without a request id."""
    return {"error": {"type": kind, "message": message}}


def _split(chunks: Sequence[Chunk], after: float) -> tuple[list[Chunk], list[Chunk]]:
    """The first `after` chunks and the others: 6.5 are six and half of the seventh. Pings do not count.

    The last two are never among the first.
    """
    counted = [place for place, chunk in enumerate(chunks) if chunk.event != PING.name]
    whole = min(int(after), max(len(counted) - 2, 0))
    place = counted[whole] if counted else len(chunks)
    kept, rest = list(chunks[:place]), list(chunks[place:])
    if after % 1 and rest:
        kept.append(Chunk(rest[0].data[: len(rest[0].data) // 2], rest[0].delay))
    return kept, rest


def _halved(rest: Sequence[Chunk]) -> Chunk:
    """The first of `rest` as whoever stands between may cut it: the event is complete, its JSON is not."""
    event = rest[0] if rest else Chunk(PING.wire)
    return Chunk(event.data[: len(event.data) * 2 // 3].rstrip() + b"\n\n", event.delay, BREAK)


def _garbled(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """`chunks`, compressed, and then something else."""
    compressor = zlib.compressobj(wbits=GZIP)
    for data, delay, event in chunks:
        yield Chunk(compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH), delay, event)
    yield Chunk(NOISE, event=BREAK)


def _lines(chunks: Iterable[Chunk]) -> list[Chunk]:
    """The lines of a file of them, and an empty one, so that what breaks off lacks the last line at least."""
    lines = b"".join(chunk.data for chunk in chunks).splitlines(keepends=True)
    return [*map(Chunk, lines), Chunk(b"")]


def _halves(chunks: Iterable[Chunk]) -> list[Chunk]:
    """An unstreamed body in two parts and two empty ones, so that what breaks off after one part breaks in mid-body."""
    body = b"".join(chunk.data for chunk in chunks)
    edges = (0, len(body) // 2, len(body))
    return [*(Chunk(body[start:end]) for start, end in pairwise(edges)), Chunk(b"")]
