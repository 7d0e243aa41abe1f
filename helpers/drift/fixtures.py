"""Our fixtures, held against the types of the SDK that is installed here."""

from collections.abc import Iterator
from typing import Any, Final

from anthropic.types import Message, RawMessageStreamEvent
from pydantic import BaseModel, TypeAdapter, ValidationError

from helpers.replay.events import PING
from helpers.replay.fixture import Fixture, fixtures

EVENT: Final[TypeAdapter[Any]] = TypeAdapter(RawMessageStreamEvent)


def fixture_differences() -> list[str]:
    """A line for each field of a fixture that the SDK does not know, and for each that it misses or cannot read."""
    return list(dict.fromkeys(line for fixture in fixtures().values() for line in _differences(fixture)))


def _differences(fixture: Fixture) -> Iterator[str]:
    yield from _held(f"{fixture.name}: the message", TypeAdapter(Message), fixture.message)
    for event in fixture.events:
        if event.name != PING.name:
            yield from _held(f"{fixture.name}: {event.name}", EVENT, dict(event.data))


def _held(where: str, kind: TypeAdapter[Any], value: Any) -> Iterator[str]:
    try:
        read = kind.validate_python(value)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            yield f"{where}: {_dotted(one['loc'])}: {one['msg']}"
        return
    for place in _unknown(read):
        yield f"{where}: {place} is no field that the SDK knows"


def _unknown(value: Any, place: str = "") -> Iterator[str]:
    """Where something is that no type names: the SDK keeps it, and says nothing."""
    if isinstance(value, list):
        for one in value:
            yield from _unknown(one, f"{place}[]")
    if isinstance(value, BaseModel):
        yield from (f"{place}.{name}".lstrip(".") for name in value.model_extra or ())
        for name in type(value).model_fields:
            yield from _unknown(getattr(value, name), f"{place}.{name}".lstrip("."))


def _dotted(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location))
