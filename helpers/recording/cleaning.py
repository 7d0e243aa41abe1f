"""What came over the wire → the text of a fixture, with nothing in it that is anybody's."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from helpers.errors import CourseError
from helpers.recording.exchange import Kept, Piece, fields_of
from helpers.recording.scan import scan

KEPT_HEADERS: Final = ("cache-control", "content-type", "request-id", "retry-after", "server", "x-should-retry")
"""An allow-list: no other header of an answer gets into a file."""
DECIMALS: Final = 1
"""Of the seconds between two events: more of them say nothing but when it was recorded."""
SIGNATURE: Final = "c2lnbmF0dXJl"
"""In place of a signature, which is as long as the thought and looks like a secret. It says "signature"."""
ZERO: Final = ("input_tokens",)
"""Fields of `usage` that the replay fills in: they are the prompt's, not the answer's."""

_ID: Final = re.compile(
    r"\b(req|msg|msgbatch|toolu|srvtoolu|mcptoolu|wrkspc|org|file|container|user|apikey|skill|session)_"
    r"(?:vrtx_|bdrk_)?[A-Za-z0-9]{8,}\b"
)
_UUID: Final = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE)

_INDEX: Final = re.compile(r"\[\d+\]")
A_NAME: Final = "(a name)"
NAMED: Final = ("type", A_NAME)
"""How places end whose texts are names of the API's: they add up to nothing."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Arrived:
    """An event, as it came: `message` where an answer came whole."""

    name: str
    data: Any
    delay: float


@dataclass
class Names:
    """The ids of one recording, by what stands in place of each: the same for the same."""

    given: dict[str, str] = field(default_factory=dict)

    def replace(self, text: str) -> str:
        """`text` with every id in it replaced."""
        return _UUID.sub(self._uuid, _ID.sub(self._id, text))

    def _id(self, match: re.Match[str]) -> str:
        return self._given(match[0], f"{match[1]}_{{}}")

    def _uuid(self, match: re.Match[str]) -> str:
        return self._given(match[0], "uuid_{}")

    def _given(self, found: str, pattern: str) -> str:
        return self.given.setdefault(found, pattern.format(len(self.given) + 1))


def fixture_text(kept: Kept, head: Mapping[str, str], known: Iterable[str], place: str) -> str:
    """The text of the fixture that `kept` is, under `head`. `known` are secrets that must not be in it by any name.

    Raises `CourseError` that names the place, in `place`, of what looks like a secret; and for what is no message.
    """
    names = Names()
    headers = {name: names.replace(kept.headers[name]) for name in KEPT_HEADERS if name in kept.headers}
    events = [Arrived(one.name, _clean(one.data, names), one.delay) for one in arrived(kept)]
    _refuse_secrets(_strings_in(headers, events), tuple(known), place)
    lines = [*(f"{name}: {value}" for name, value in head.items()), *(f"< {name}: {headers[name]}" for name in headers)]
    text = "\n\n".join(["\n".join([*lines, "---"]), *map(_block, events)]) + "\n"
    _refuse_secrets([("the file as a whole", text)], tuple(known), place)
    return text


def arrived(kept: Kept) -> list[Arrived]:
    """The events of a stream, or the one message. Raises `CourseError` for an answer that is neither, or broke off."""
    if kept.broken:
        raise CourseError(f"The answer to {kept.name} broke off: record it again.")
    events = list(_events(kept.pieces)) if kept.is_stream else _whole(kept)
    types = [event.data.get("type") if isinstance(event.data, dict) else None for event in events]
    if None in types or not types or types[0] not in ("message", "message_start"):
        raise CourseError(
            f"The answer to {kept.name} is no message, but {kept.content_type or 'of no type'}, {len(kept.answer)} "
            "bytes: record it again, and look at the address if it stays so."
        )
    return events


def _whole(kept: Kept) -> list[Arrived]:
    took = kept.pieces[-1].moment if kept.pieces else 0.0
    message = fields_of(kept.answer)
    return [Arrived("message", message, round(took, DECIMALS))] if message else []


def _events(pieces: Sequence[Piece]) -> Iterator[Arrived]:
    """Each event that ended, and how long after the one before. What is left over at the end is none."""
    waiting, before = b"", 0.0
    for data, moment in pieces:
        waiting = (waiting + data).replace(b"\r\n", b"\n")
        *whole, waiting = waiting.split(b"\n\n")
        for block in filter(None, whole):
            lines = block.decode("utf-8", "replace").split("\n")
            name = next((line[6:].strip() for line in lines if line.startswith("event:")), "")
            data_of = "".join(line[5:] for line in lines if line.startswith("data:"))
            if not name and not data_of:
                continue  # a comment
            yield Arrived(name, _json(data_of), round(moment - before, DECIMALS))
            before = moment


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _clean(value: Any, names: Names) -> Any:
    """`value` without what is an account's or a prompt's."""
    if isinstance(value, str):
        return names.replace(value)
    if isinstance(value, list):
        return [_clean(inner, names) for inner in value]
    if not isinstance(value, dict):
        return value
    cleaned: Json = {names.replace(name): _clean(inner, names) for name, inner in value.items()}
    if value.get("type") == "message":
        cleaned |= {"model": "", "id": "msg_"}
    if value.get("signature"):
        cleaned["signature"] = SIGNATURE
    if isinstance(value.get("usage"), dict):
        cleaned["usage"] |= {name: 0 for name in ZERO if name in cleaned["usage"]}
    return cleaned


def _strings_in(headers: Mapping[str, str], events: Sequence[Arrived]) -> Iterator[tuple[str, str]]:
    """Every text that is to be kept, and where it stands; then what pieces of it add up to."""
    yield from ((f"the header {name}", value) for name, value in headers.items())
    joined: dict[str, list[str]] = {}
    for number, event in enumerate(events, 1):
        yield f"event {number}", event.name
        for where, leaf in _leaves(event.data):
            yield f"event {number} ({event.name}), {where}", str(leaf)
            if isinstance(leaf, str) and not where.endswith(NAMED):
                joined.setdefault(_INDEX.sub("[…]", where), []).append(leaf)
    for where, texts in joined.items():
        if len(texts) > 1:
            yield f"{where}, put together from {len(texts)} places", "".join(texts)


def _leaves(value: Any, where: str = "") -> Iterator[tuple[str, str | float]]:
    if isinstance(value, str | int | float):
        yield where or "its data", value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield f"{where or 'its data'} {A_NAME}", name
            yield from _leaves(inner, f"{where}.{name}".lstrip("."))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{where}[{index}]")


def _refuse_secrets(texts: Iterable[tuple[str, str]], known: Sequence[str], place: str) -> None:
    for where, text in texts:
        found = next(scan(text, known), None)
        if found is not None:
            raise CourseError(f"{place}: {where}: {found}. Nothing was written: a fixture must not have that in it.")


def _block(event: Arrived) -> str:
    delay = [f"delay: {event.delay:g}"] if event.delay else []
    return "\n".join([*delay, f"event: {event.name}", f"data: {json.dumps(event.data, ensure_ascii=False)}"])
