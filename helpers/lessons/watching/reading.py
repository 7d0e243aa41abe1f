"""Reading server-sent events as a browser does (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Said:
    """One event, and when it was whole. `name` is empty where it has none; `data` is its lines, joined."""

    moment: float
    name: str
    data: str

    @property
    def value(self) -> Any:
        """Its data as JSON; None where it is none."""
        try:
            return json.loads(self.data)
        except (ValueError, RecursionError):
            return None

    @property
    def text(self) -> str | None:
        """The piece of the answer that it holds, where it is a `text` with one."""
        value = self.value if self.name == "text" else None
        text = value.get("text") if isinstance(value, dict) else None
        return text if isinstance(text, str) else None


@dataclass
class Read:
    """What a body held."""

    events: list[Said] = field(default_factory=list)
    comments: list[float] = field(default_factory=list)
    """When each comment came. A browser passes over them."""
    rest: str = ""
    """What came after the last blank line: no event, for a browser."""


def read_events(pieces: Iterable[tuple[float, bytes]]) -> Read:
    """The events in the pieces of a body. A line ends at CR, LF or both, and a blank one ends an event."""
    read = Read()
    name, data, rest = "", list[str](), ""
    for moment, line, ended in _lines(pieces):
        key, colon, value = line.partition(":")
        value = value.removeprefix(" ")
        if not ended:
            rest = line
        elif not line:
            if data:
                read.events.append(Said(moment, name, "\n".join(data)))
            name, data = "", []
        elif colon and not key:
            read.comments.append(moment)
        elif key == "event":
            name = value
        elif key == "data":
            data.append(value)
    read.rest = "\n".join(data) if data else rest
    return read


def _lines(pieces: Iterable[tuple[float, bytes]]) -> Iterator[tuple[float, str, bool]]:
    """Each line, when its end had come, and whether that has come: of the last one it may not."""
    kept, moment = b"", 0.0
    for moment, piece in pieces:
        kept += piece
        # A CR at the end may be half of a line's end.
        whole, half = (kept[:-1], b"\r") if kept.endswith(b"\r") else (kept, b"")
        *lines, kept = _with_lf(whole).split(b"\n")
        yield from ((moment, line.decode(errors="replace"), True) for line in lines)
        kept += half
    *lines, kept = _with_lf(kept).split(b"\n")
    yield from ((moment, line.decode(errors="replace"), True) for line in lines)
    yield moment, kept.decode(errors="replace"), False


def _with_lf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
