"""Fixtures: exchanges kept as plain text that reads like the wire.

A fixture is a head and a list of events. The head says where it comes from; an event is what the wire shows, with an
optional `delay` before it in seconds of API time:

    origin: written
    source: https://platform.claude.com/docs/en/build-with-claude/streaming
    when: haiku
    ---
    delay: 0.4
    event: message_start
    data: {"type": "message_start", …}

An answer that came whole is one event `message` with the message as its data: its pieces are then the replay's own.
Lines of the head that begin with `< ` are headers that it came with, kept to compare.

`origin` is `written` (from the documentation at `source`) or `recorded` (with `date` and `sdk`). `when` is a word of
the prompt that this fixture answers. A mistake is reported with file, line and field.
"""

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final, NamedTuple

from helpers.errors import CourseError
from helpers.replay.encoding import BLANK, blanks
from helpers.replay.events import PING, Event, Json, events_of, message_of
from helpers.replay.reply import Chunk

HEAD_FIELDS: Final = ("origin", "source", "date", "sdk", "when")
EVENT_FIELDS: Final = ("delay", "event", "data")
ORIGINS: Final = {"written": ("source",), "recorded": ("date", "sdk")}
"""What each origin must be able to show for itself."""
ORDER: Final = (
    "is out of order: a fixture begins with message_start and ends with message_delta, message_stop; "
    "to break it, use a scenario's ending"
)
WHOLE: Final = "message"
HEADER: Final = "< "
EVENT_NAMES: Final = (
    *("message_start", "content_block_start", "content_block_delta", "content_block_stop"),
    *("message_delta", "message_stop", PING.name, WHOLE),
)


@dataclass(frozen=True)
class Fixture:
    """One message, ready to be answered as events or as JSON."""

    name: str
    events: tuple[Event, ...]
    origin: str = "written"
    when: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """That it was recorded with."""

    @cached_property
    def message(self) -> Json:
        """The message as an unstreamed call answers it."""
        return message_of(self.events)

    @cached_property
    def pieces(self) -> Sequence[bytes]:
        """The message as JSON, cut where its model, its id and its input tokens stand, to be filled in per answer."""
        usage = {**self.message.get("usage", {}), "input_tokens": BLANK}
        ordered = {"model": BLANK, "id": BLANK, **self.message}
        return blanks({**ordered, "model": BLANK, "id": BLANK, "usage": usage})

    @cached_property
    def chunks(self) -> Sequence[Chunk]:
        """The events as chunks of a reply."""
        return [event.chunk for event in self.events]

    @cached_property
    def output_tokens(self) -> int:
        """How many tokens the message has, as far as it says so."""
        usage: Json = self.message.get("usage", {})
        return int(usage.get("output_tokens", 0))

    @property
    def counted(self) -> int:
        """How many events it has, pings aside: what `after` of an `Answer` counts."""
        return sum(event.name != PING.name for event in self.events)

    @cached_property
    def seconds(self) -> float:
        """How long it takes to write, in API time."""
        return sum(event.delay for event in self.events)


@cache
def fixtures() -> dict[str, Fixture]:
    """Every fixture of the course by name. Raises `CourseError` when one is corrupt."""
    folder = resources.files("helpers") / "fixtures"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sse")), key=lambda file: file.name)
    parsed = [parse_fixture(f"fixtures/{file.name}", _text(file)) for file in files]
    return {fixture.name: fixture for fixture in parsed}


def _text(file: Traversable) -> str:
    data = file.read_bytes()
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise CourseError(f"fixtures/{file.name}:{line}: the text is not UTF-8: save it as UTF-8.") from None


def fixture_for(prompt: str) -> Fixture:
    """The fixture whose `when` is a word of `prompt`; the one without `when` where none is."""
    words = prompt.lower()
    for fixture in fixtures().values():
        if fixture.when and fixture.when in words:
            return fixture
    return next(fixture for fixture in fixtures().values() if not fixture.when)


def parse_fixture(place: str, text: str) -> Fixture:
    """The fixture in `text`. Raises `CourseError` naming `place`, line and field of the first mistake."""
    lines = text.splitlines()
    if "---" not in lines:
        raise _FixtureError(place, len(lines), "head", 'has no end: put a line "---" between it and the events')
    end = lines.index("---")
    said, headers = _headers(lines[:end])
    head = _fields(place, 1, said, HEAD_FIELDS, "the head")
    _check_origin(place, head)
    blocks = list(_blocks(end + 2, lines[end + 1 :]))
    events = tuple(_event(place, start, block) for start, block in blocks)
    if [event.name for event in events] == [WHOLE]:
        events = _pieces(place, blocks[0][0], events[0].data)
        blocks *= len(events)
    _check_order(place, [start for start, _ in blocks] or [end + 1], events)
    name = place.rpartition("/")[2].removesuffix(".sse")
    when = head.get("when")
    return Fixture(name, events, head["origin"].text, when.text if when else None, headers)


class _FixtureError(CourseError):
    """`fixtures/haiku.sse:14: "delay" is …`."""

    def __init__(self, place: str, line: int, field: str, what: str) -> None:
        super().__init__(f'{place}:{line}: "{field}" {what}.')


class _Value(NamedTuple):
    line: int
    text: str


def _blocks(first_line: int, lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    block: list[str] = []
    for number, line in enumerate([*lines, ""], first_line):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _fields(place: str, start: int, lines: Sequence[str], known: Sequence[str], of: str) -> dict[str, _Value]:
    fields: dict[str, _Value] = {}
    for number, line in enumerate(lines, start):
        if line.startswith("#") or not line.strip():
            continue
        name, colon, value = line.partition(":")
        if not colon or name not in known:
            guess = difflib.get_close_matches(name, known, 1)
            hint = f'did you mean "{guess[0]}"?' if guess else f"known: {', '.join(known)}"
            raise _FixtureError(place, number, name, f"is not a field of {of} ({hint})")
        if name in fields:
            raise _FixtureError(place, number, name, f"is there twice, first in line {fields[name].line}")
        fields[name] = _Value(number, value.strip())
    return fields


def _headers(lines: Sequence[str]) -> tuple[list[str], Mapping[str, str]]:
    """The lines of a head without its headers, which leave empty ones; and those."""
    said = ["" if line.startswith(HEADER) else line for line in lines]
    parts = (line.removeprefix(HEADER).partition(": ") for line in lines if line.startswith(HEADER))
    return said, {name: value for name, _, value in parts}


def _pieces(place: str, start: int, message: Json) -> tuple[Event, ...]:
    """The events of a message that came whole."""
    try:
        events = events_of(message["content"], stop_reason=message["stop_reason"], stop_details=message["stop_details"])
        *before, end, stop = events
        usage = {name: message["usage"].get(name, count) for name, count in end.data["usage"].items()}
        return (*before, replace(end, data={**end.data, "usage": usage}), stop)
    except (AttributeError, KeyError, TypeError) as error:
        raise _FixtureError(place, start, "data", f"is no message ({error!r})") from None


def _check_origin(place: str, head: dict[str, _Value]) -> None:
    origin = head.get("origin", _Value(1, ""))
    if origin.text not in ORIGINS:
        raise _FixtureError(place, origin.line, "origin", f'is {origin.text!r}: it must be "written" or "recorded"')
    for name in ORIGINS[origin.text]:
        if name not in head or not head[name].text:
            raise _FixtureError(place, origin.line, name, f"is missing: a fixture that is {origin.text} must have it")


def _event(place: str, start: int, lines: Sequence[str]) -> Event:
    fields = _fields(place, start, lines, EVENT_FIELDS, "a chunk")
    name = fields.get("event", _Value(start, ""))
    if name.text not in EVENT_NAMES:
        raise _FixtureError(place, name.line, "event", f"is {name.text!r}: it must be one of {', '.join(EVENT_NAMES)}")
    data = fields.get("data", _Value(start, ""))
    value = _json(place, data)
    if value.get("type") != name.text:
        raise _FixtureError(
            place, data.line, "data", f"has the type {value.get('type')!r}, but the event is {name.text!r}"
        )
    return Event(name.text, value, _delay(place, fields.get("delay", _Value(start, "0"))))


def _json(place: str, data: _Value) -> Json:
    try:
        value = json.loads(data.text)
    except ValueError as error:
        raise _FixtureError(place, data.line, "data", f"is not JSON ({error})") from None
    if not isinstance(value, dict):
        raise _FixtureError(place, data.line, "data", "must be a JSON object")
    return value


def _delay(place: str, value: _Value) -> float:
    try:
        delay = float(value.text)
    except ValueError:
        delay = -1.0
    if not 0 <= delay < float("inf"):
        raise _FixtureError(place, value.line, "delay", f"is {value.text!r}: it must be a number of seconds, 0 or more")
    return delay


def _check_order(place: str, lines: Sequence[int], events: Sequence[Event]) -> None:
    names = [event.name for event in events if event.name != PING.name]
    if len(names) < 3 or names[0] != "message_start" or names[-2:] != ["message_delta", "message_stop"]:
        raise _FixtureError(place, lines[-1], "event", ORDER)
    for index, event in enumerate(events):
        try:
            message_of(events[: index + 1])
            if event.name == "message_delta" and type(event.data["usage"]["output_tokens"]) is not int:
                raise ValueError("output_tokens is not an integer")
            if event.name == "content_block_stop":
                _check_input(events[:index], event.data["index"])
        except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
            raise _FixtureError(place, lines[index], "data", f"does not continue the message ({error!r})") from None


def _check_input(events: Sequence[Event], index: int) -> None:
    """Raises `ValueError` where the input of a tool is not whole at the end of its block."""
    deltas = [event.data["delta"] for event in events if "delta" in event.data and event.data.get("index") == index]
    json.loads("".join(delta.get("partial_json", "") for delta in deltas) or "{}")
