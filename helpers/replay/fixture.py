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

`origin` is `written` (from the documentation at `source`) or `recorded` (with `date` and `sdk`). `when` is a word of
the prompt that this fixture answers. A mistake is reported with file, line and field.
"""

import difflib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any, Final

from helpers.errors import CourseError
from helpers.replay.events import Event, Json, message_of

HEAD_FIELDS: Final = ("origin", "source", "date", "sdk", "when")
EVENT_FIELDS: Final = ("delay", "event", "data")
ORIGINS: Final = {"written": ("source",), "recorded": ("date", "sdk")}
"""What each origin must be able to show for itself."""
EVENT_NAMES: Final = (
    *("message_start", "content_block_start", "content_block_delta", "content_block_stop"),
    *("message_delta", "message_stop", "ping"),
)


@dataclass(frozen=True)
class Fixture:
    """One message, ready to be answered as events or as JSON."""

    name: str
    events: tuple[Event, ...]
    origin: str = "written"
    when: str | None = None

    @cached_property
    def message(self) -> Json:
        """The message as an unstreamed call answers it."""
        return message_of(self.events)

    @cached_property
    def seconds(self) -> float:
        """How long it takes to write, in API time."""
        return sum(event.delay for event in self.events)


@cache
def fixtures() -> dict[str, Fixture]:
    """Every fixture of the course by name. Raises `CourseError` when one is corrupt."""
    folder = resources.files("helpers") / "fixtures"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sse")), key=lambda file: file.name)
    parsed = [parse_fixture(f"fixtures/{file.name}", file.read_text("utf-8")) for file in files]
    return {fixture.name: fixture for fixture in parsed}


def fixture_for(prompt: str) -> Fixture:
    """The fixture whose `when` is a word of `prompt`; the one without `when` where none is."""
    words = prompt.lower()
    known = fixtures().values()
    return next((one for one in known if one.when and one.when in words), next(one for one in known if not one.when))


def parse_fixture(place: str, text: str) -> Fixture:
    """The fixture in `text`. Raises `CourseError` naming `place`, line and field of the first mistake."""
    lines = text.splitlines()
    if "---" not in lines:
        raise CourseError(f'{place}:{len(lines)}: the head has no end: put a line "---" between it and the events.')
    end = lines.index("---")
    head = dict(_fields(place, 1, lines[:end], HEAD_FIELDS, "the head"))
    _check_origin(place, head)
    events = tuple(_event(place, start, block) for start, block in _blocks(end + 2, lines[end + 1 :]))
    _check_order(place, len(lines), events)
    name = place.rpartition("/")[2].removesuffix(".sse")
    return Fixture(name, events, head["origin"], head.get("when"))


def _blocks(first_line: int, lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    block: list[str] = []
    for number, line in enumerate([*lines, ""], first_line):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _fields(place: str, start: int, lines: Sequence[str], known: Sequence[str], of: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines, start):
        if line.startswith("#") or not line.strip():
            continue
        name, colon, value = line.partition(":")
        if not colon or name not in known:
            guess = difflib.get_close_matches(name, known, 1)
            hint = f'did you mean "{guess[0]}"?' if guess else f"known: {', '.join(known)}"
            raise CourseError(f'{place}:{number}: "{name}" is not a field of {of} ({hint}).')
        yield name, value.strip()


def _check_origin(place: str, head: dict[str, str]) -> None:
    origin = head.get("origin", "")
    if origin not in ORIGINS:
        raise CourseError(f'{place}:1: "origin" is {origin!r}: it must be "written" or "recorded".')
    for name in ORIGINS[origin]:
        if not head.get(name):
            raise CourseError(f'{place}:1: "{name}" is missing: a fixture that is {origin} must have it.')


def _event(place: str, start: int, lines: Sequence[str]) -> Event:
    fields = dict(_fields(place, start, lines, EVENT_FIELDS, "a chunk"))
    name = fields.get("event")
    if name not in EVENT_NAMES:
        raise CourseError(f'{place}:{start}: "event" is {name!r}: it must be one of {", ".join(EVENT_NAMES)}.')
    line = start + [one.partition(":")[0] for one in lines].index("data") if "data" in fields else start
    data = _json(place, line, fields.get("data", ""))
    if data.get("type") != name:
        raise CourseError(f'{place}:{line}: "data" has the type {data.get("type")!r}, but the event is {name!r}.')
    return Event(name, data, _delay(place, start, fields.get("delay", "0")))


def _json(place: str, line: int, text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise CourseError(f'{place}:{line}: "data" is not JSON ({error}).') from None
    if not isinstance(data, dict):
        raise CourseError(f'{place}:{line}: "data" must be a JSON object.')
    return data


def _delay(place: str, line: int, text: str) -> float:
    try:
        delay = float(text)
    except ValueError:
        delay = -1.0
    if not 0 <= delay < float("inf"):
        raise CourseError(f'{place}:{line}: "delay" is {text!r}: it must be a number of seconds, 0 or more.')
    return delay


def _check_order(place: str, line: int, events: Sequence[Event]) -> None:
    names = [event.name for event in events if event.name != "ping"]
    if len(names) < 3 or names[0] != "message_start" or names[-2:] != ["message_delta", "message_stop"]:
        raise CourseError(
            f'{place}:{line}: "event" is out of order: a fixture begins with message_start and ends with '
            "message_delta, message_stop; to break it, use a scenario's ending."
        )
    try:
        message_of(events)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise CourseError(f'{place}:{line}: "data" of the events does not add up to a message ({error!r}).') from None
