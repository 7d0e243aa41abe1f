"""Logs for the lessons: the fields of the production log line, the time of a replayed client, and a day to search.

The line is the cheat sheet's. A failed call has two fields more, `error_type` and `error_message`.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

from helpers.client import AnyClient, wire_log
from helpers.facts.errors import ERROR_MAP
from helpers.replay.chance import Seed, source_of
from helpers.replay.identifiers import Identifiers
from helpers.replay.moments import EPOCH
from helpers.replay.pages import PAGES
from helpers.settings import MODEL

FIELDS: Final = ("timestamp", "request_id", "model", "stop_reason", "input_tokens", "output_tokens", "latency")

Line: TypeAlias = dict[str, Any]


def rfc3339(moment: datetime) -> str:
    """`moment` to the millisecond, in UTC: `2026-01-01T14:20:03.512Z`. One that names no time zone is refused."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} names no time zone: use datetime.now(UTC).")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class ReplayTime:
    """The time of a replayed client, so that what is logged in a notebook is the same every time."""

    def __init__(self, client: AnyClient) -> None:
        self._log = wire_log(client)

    def now(self) -> datetime:
        """When the last thing happened on the client's wire. In production: `datetime.now(UTC)`."""
        last = max((one.started if one.ended is None else one.ended for one in self._log), default=0.0)
        return EPOCH + timedelta(seconds=last)


# A day to search


@dataclass(frozen=True)
class Trouble:
    """Calls that fail in one way, some time of the day. `kind` is an `error_type`, or `cut short`."""

    kind: str
    count: int
    start: timedelta
    end: timedelta


CUT_SHORT: Final = "cut short"
"""An answer that ended without a stop reason, and without an error."""
NO_RESPONSE: Final = "APIConnectionError"
PAGE: Final = "InternalServerError"
"""What the SDK raises where a page comes in place of an answer: it has no type and no request id."""
NAMELESS: Final = (NO_RESPONSE, PAGE)
"""Calls without a request id."""
INTERRUPTED: Final = "CancelledError"
OF_THE_API: Final = ("api_error", "timeout_error", "overloaded_error", CUT_SHORT)
"""What failed on the API's side."""

DAY: Final = datetime(2026, 3, 3, tzinfo=UTC)
"""When the day of the logs begins."""
MORNING: Final = timedelta(hours=8)
EVENING: Final = timedelta(hours=18)
BACKGROUND: Final = (
    Trouble("rate_limit_error", 44, timedelta(hours=9), timedelta(hours=9, minutes=25)),
    Trouble("invalid_request_error", 61, timedelta(hours=11, minutes=10), timedelta(hours=11, minutes=50)),
    Trouble("authentication_error", 5, timedelta(hours=16), timedelta(hours=16, minutes=2)),
    Trouble(NO_RESPONSE, 9, MORNING, EVENING),
    Trouble(INTERRUPTED, 12, MORNING, EVENING),
)
"""A peak over the limit, a release with a bug, a key that was rotated, a network, customers who left."""
LENGTH: Final = timedelta(minutes=14)
STOP_REASONS: Final[Mapping[str, int]] = {"end_turn": 90, "tool_use": 6, "max_tokens": 3, "refusal": 1}
"""How often an answered call ends so, in a hundred."""
SHIPPED_TWICE: Final = 8


@dataclass(frozen=True)
class Day:
    """The log of one day: JSON, one call a line, in the order of time, and what is to be found in it."""

    lines: Sequence[str]
    incident: Sequence[str]
    """The request ids of the calls that failed on the API's side, each once."""


def day_of_calls(seed: Seed, count: int = 2_000, *, incident: bool = True) -> Day:
    """A day of so many lines: some were shipped twice, and the last one was cut off when the file was copied.

    The day, the 3rd of March 2026, is the same for the same seed.
    """
    source, identifiers = source_of(seed, "calls"), Identifiers(seed)
    scale = count / 2_000
    troubles = [*BACKGROUND, *(_incident(source) if incident else ())]
    kinds = [(one, max(1, round(one.count * scale))) for one in troubles]
    moments = [(_between(source, one.start, one.end), one.kind) for one, number in kinds for _ in range(number)]
    twice = max(2, round(SHIPPED_TWICE * scale))
    quiet = count - len(moments) - twice - 1
    moments += [(_between(source, MORNING, EVENING), "") for _ in range(quiet)]
    calls = [_call(moment, kind, source, identifiers) for moment, kind in sorted(moments)]
    found = [call["request_id"] for call, (_, kind) in zip(calls, sorted(moments), strict=True) if kind in OF_THE_API]
    return Day([*_shipped(calls, found, twice, source), _half_written(calls[-1])], found)


def _incident(source: random.Random) -> Sequence[Trouble]:
    start = timedelta(hours=14, minutes=source.randrange(5, 40))
    counts = {"overloaded_error": 17, "api_error": 6, "timeout_error": 3, CUT_SHORT: 8, PAGE: 4}
    return [Trouble(kind, count, start, start + LENGTH) for kind, count in counts.items()]


def _between(source: random.Random, start: timedelta, end: timedelta) -> timedelta:
    return timedelta(milliseconds=source.randrange(int(start.total_seconds() * 1000), int(end.total_seconds() * 1000)))


def _call(moment: timedelta, kind: str, source: random.Random, identifiers: Identifiers) -> Line:
    line: Line = {
        "timestamp": rfc3339(DAY + moment),
        "request_id": None if kind in NAMELESS else identifiers.draw("req"),
        "model": MODEL,
        "stop_reason": None,
        "input_tokens": None,
        "output_tokens": None,
        "latency": round(source.uniform(0.2, 2.0), 3),
    }
    if kind in ("", CUT_SHORT):
        written = source.randrange(20, 900)
        line |= {"input_tokens": source.randrange(200, 4_000), "latency": round(written / 70 + source.random(), 3)}
    if kind == "":
        line["output_tokens"] = written
        (line["stop_reason"],) = source.choices(list(STOP_REASONS), list(STOP_REASONS.values()))
    elif kind != CUT_SHORT:
        line |= {"error_type": kind, "error_message": message_of(kind)}
    return line


def message_of(kind: str) -> str:
    """What the line of a call that failed in this way says of it."""
    known = {NO_RESPONSE: "Connection error.", INTERRUPTED: "", PAGE: PAGES[502].body}
    return known.get(kind) or next((row.example for row in ERROR_MAP.values() if row.type == kind), "")


def _shipped(calls: Sequence[Line], found: Sequence[str], twice: int, source: random.Random) -> Iterator[str]:
    """The lines. Some come twice, as from every shipper that must not lose any: two of them of the incident."""
    chosen = source.sample(found, min(2, len(found)))
    others = [call["request_id"] for call in calls if call["request_id"] and call["request_id"] not in found]
    again = {*chosen, *source.sample(others, twice - len(chosen))}
    for call in calls:
        yield from [json.dumps(call)] * (2 if call["request_id"] in again else 1)


def _half_written(call: Line) -> str:
    line = json.dumps(call)
    return line[: len(line) // 2]
