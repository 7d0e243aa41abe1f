"""How a fixture differs from the one that it replaces, in words."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from helpers.replay.fixture import Fixture

SHOWN: Final = 48
"""Characters of a text."""


def told(new: Fixture, old: Fixture | None) -> list[str]:
    """A line for each thing that is other than in `old`; one that says so where nothing is."""
    if old is None:
        return [f"new: {_text(new)!r:.{SHOWN}}, {_counted(new)}, {new.seconds:.1f} s"]
    return list(_differences(new, old)) or ["nothing but its date"]


def _differences(new: Fixture, old: Fixture) -> Iterator[str]:
    if new.origin != old.origin:
        yield f"it is {new.origin}, and was {old.origin}"
    kinds, were = ([block["type"] for block in one.message["content"]] for one in (new, old))
    if kinds != were:
        yield f"its blocks are {', '.join(kinds) or 'none'}, and were {', '.join(were) or 'none'}"
    text, was = _text(new), _text(old)
    if text != was:
        yield f"it says {_short(text)}, {len(text)} characters, and said {_short(was)}, {len(was)}"
    for name in ("stop_reason", "stop_sequence"):
        if new.message.get(name) != old.message.get(name):
            yield f"its {name} is {new.message.get(name)}, and was {old.message.get(name)}"
    if _counted(new) != _counted(old):
        yield f"it comes in {_counted(new)}, and came in {_counted(old)}"
    if round(new.seconds, 1) != round(old.seconds, 1):
        yield f"it takes {new.seconds:.1f} s, and took {old.seconds:.1f} s"
    fields, before = set(_fields(new.message)), set(_fields(old.message))
    if fields - before:
        yield f"new fields: {', '.join(sorted(fields - before))}"
    if before - fields:
        yield f"gone: {', '.join(sorted(before - fields))}"


def _text(fixture: Fixture) -> str:
    return "".join(block.get("text", "") for block in fixture.message["content"])


def _short(text: str) -> str:
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")


def _counted(fixture: Fixture) -> str:
    counts = Counter(event.name for event in fixture.events)
    pings = counts["ping"]
    pieces = counts["content_block_delta"]
    return f"{pieces} piece{'s' * (pieces != 1)} with {pings} ping{'s' * (pings != 1)}"


def _fields(value: Mapping[str, Any], where: str = "") -> Iterator[str]:
    for name, inner in value.items():
        yield f"{where}{name}"
        if isinstance(inner, dict):
            yield from _fields(inner, f"{where}{name}.")
