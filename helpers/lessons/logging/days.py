"""Eight days of log lines: four on which somebody is to be woken, and four on which nobody is.

A call is a line of `log_line` with the `customer` it was for. The attempts below it are lines of `attempt_logger`.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from helpers.lessons.logging.logs import CUT_SHORT, DAY, INTERRUPTED, NO_RESPONSE, Line, message_of, rfc3339
from helpers.replay.chance import Seed, derived, source_of
from helpers.replay.identifiers import Identifiers
from helpers.settings import MODEL

INCOMPLETE: Final = "all incomplete"
BURNING: Final = "a bad quarter of an hour"
MODEL_DOWN: Final = "one model down"
NO_IDS: Final = "no request ids"
QUIET: Final = "a day and a quiet night"
RETRIED: Final = "a burst of 529s, retried"
LEAVERS: Final = "a deploy, streams cancelled"
ONE_CUSTOMER: Final = "400s of one customer"

BAD: Final = (INCOMPLETE, BURNING, MODEL_DOWN, NO_IDS)
GOOD: Final = (QUIET, RETRIED, LEAVERS, ONE_CUSTOMER)

RARE: Final = "claude-haiku-4-5-20251001"
"""The model of one call in twenty."""
OTHER: Final = "claude-sonnet-5-5"
"""The model of every second of the rest."""
EVERY: Final = timedelta(seconds=20)
"""Between two calls of a day: 180 an hour."""
CUSTOMERS: Final = 40
OF_THE_API: Final = ("overloaded_error", "api_error", "timeout_error", NO_RESPONSE, CUT_SHORT)
MORNING: Final = timedelta(hours=8)


@dataclass(frozen=True)
class LoggedDay:
    """The lines of a day in the order of time, and whether somebody was to be woken."""

    name: str
    rings: bool
    lines: Sequence[Line]


@dataclass
class Call:
    """A call to be written down. `kind` is how it failed, if it did; `refused` are the attempts before the last."""

    moment: timedelta
    customer: int
    model: str = MODEL
    kind: str = ""
    named: bool = True
    refused: Sequence[int] = field(default_factory=tuple)


def eight_days(seed: Seed) -> Mapping[str, LoggedDay]:
    """Eight days by their names, in no order that would tell which are bad. The same for the same seed."""
    days: dict[str, Callable[[random.Random], list[Call]]] = {
        LEAVERS: _leavers,
        MODEL_DOWN: _model_down,
        QUIET: _quiet,
        INCOMPLETE: _incomplete,
        ONE_CUSTOMER: _one_customer,
        BURNING: _burning,
        NO_IDS: _no_ids,
        RETRIED: _retried,
    }
    return {name: _logged(name, calls, seed) for name, calls in days.items()}


def _logged(name: str, calls: Callable[[random.Random], list[Call]], seed: Seed) -> LoggedDay:
    own: Seed = derived(seed, name) if isinstance(seed, bytes) else seed
    source, identifiers = source_of(own, name), Identifiers(own)
    ordered = sorted(calls(source), key=lambda call: call.moment)
    return LoggedDay(name, name in BAD, [line for call in ordered for line in _written(call, source, identifiers)])


def _ordinary(source: random.Random, hours: float) -> list[Call]:
    """The calls of so many hours, from the morning on: answered, but for three as there are on every day."""
    start = MORNING + timedelta(seconds=source.randrange(1_800))
    calls = [
        Call(start + EVERY * number, source.randrange(CUSTOMERS), _model(number))
        for number in range(round(hours * 3600 / EVERY.total_seconds()))
    ]
    retried, left, wrong = source.sample(calls[10:90], 3)
    retried.refused, left.kind, wrong.kind = (529,), INTERRUPTED, "invalid_request_error"
    return calls


def _model(number: int) -> str:
    return RARE if number % 20 == 7 else (MODEL, OTHER)[number % 2]


def _with_failures(source: random.Random, hours: float, every: int) -> list[Call]:
    """The same, of which one in `every` failed: what is always there. A prime: else it may be one model that fails."""
    calls = _ordinary(source, hours)
    for call in calls[source.randrange(every) :: every]:
        call.kind = call.kind or source.choice(OF_THE_API)
    return calls


def _incomplete(source: random.Random) -> list[Call]:
    calls = _with_failures(source, source.uniform(3.2, 4.6), 149)
    for call in calls[source.randrange(200, 400) :]:
        call.kind = CUT_SHORT
    return calls


def _burning(source: random.Random) -> list[Call]:
    """Four in five fail, for a quarter of an hour with the full hour in its middle."""
    calls = _with_failures(source, source.uniform(7.5, 8.5), 199)
    middle = timedelta(hours=source.randrange(10, 15))
    for call in calls:
        if abs(call.moment - middle) < timedelta(minutes=7.5) and source.random() < 0.8:
            call.kind = source.choice(OF_THE_API)
    return calls


def _model_down(source: random.Random) -> list[Call]:
    """A model that was retired: the API knows its name no more."""
    calls = _with_failures(source, source.uniform(4.2, 5.5), 149)
    first = source.randrange(150, 400)
    for call in calls[first : first + 400]:
        call.kind = "not_found_error" if call.model == RARE else call.kind
    return calls


def _no_ids(source: random.Random) -> list[Call]:
    calls = _with_failures(source, source.uniform(3.2, 4.6), 149)
    for call in calls[source.randrange(200, 400) :]:
        call.named = False
    return calls


def _quiet(source: random.Random) -> list[Call]:
    """One call in thirty fails, in one hour one in fifteen; at night three calls an hour, of which one fails."""
    calls = _with_failures(source, source.uniform(7.5, 8.5), 31)
    worst = source.randrange(300, 900)
    for call in calls[worst : worst + 180 : 29]:
        call.kind = source.choice(OF_THE_API)
    night = timedelta(hours=20)
    late = [Call(night + timedelta(minutes=20 * number), source.randrange(CUSTOMERS)) for number in range(11)]
    late[source.randrange(2, 9)].kind = source.choice((NO_RESPONSE, "overloaded_error"))
    return [*calls, *late]


def _retried(source: random.Random) -> list[Call]:
    calls = _with_failures(source, source.uniform(3.2, 4.6), 149)
    first = source.randrange(100, 300)
    for call in calls[first : first + 60]:
        call.refused = (529,) * source.choice((1, 2))
    return calls


def _leavers(source: random.Random) -> list[Call]:
    """Whoever had a stream open when the servers were changed for new ones."""
    calls = _with_failures(source, source.uniform(3.2, 4.6), 149)
    moment = calls[source.randrange(150, 350)].moment
    gone = [
        Call(moment + timedelta(seconds=source.randrange(240)), number % CUSTOMERS, kind=INTERRUPTED)
        for number in range(source.randrange(60, 90))
    ]
    return [*calls, *gone]


def _one_customer(source: random.Random) -> list[Call]:
    calls = _with_failures(source, source.uniform(3.2, 4.6), 149)
    moment, customer = calls[source.randrange(100, 250)].moment, source.randrange(CUSTOMERS)
    wrong = [
        Call(moment + timedelta(seconds=9 * number), customer, kind="invalid_request_error")
        for number in range(source.randrange(90, 140))
    ]
    return [*calls, *wrong]


def _written(call: Call, source: random.Random, identifiers: Identifiers) -> Iterator[Line]:
    timestamp = rfc3339(DAY + call.moment)
    statuses = [*call.refused, 200]
    ids = [identifiers.draw("req") for _ in statuses]
    if call.refused:
        for number, (status, request_id) in enumerate(zip(statuses, ids, strict=True), start=1):
            yield {"timestamp": timestamp, "attempt": number, "status": status, "request_id": request_id}
    is_nameless = not call.named or call.kind == NO_RESPONSE
    is_answered = not call.kind
    line: Line = {
        "timestamp": timestamp,
        "request_id": None if is_nameless else ids[-1],
        "model": call.model,
        "stop_reason": "end_turn" if is_answered else None,
        "input_tokens": source.randrange(200, 4_000) if call.kind in ("", CUT_SHORT) else None,
        "output_tokens": source.randrange(20, 900) if is_answered else None,
        "latency": round(source.uniform(0.4, 9.0), 3),
        "customer": f"c{call.customer:02}",
    }
    if not is_answered and call.kind != CUT_SHORT:
        line |= {"error_type": call.kind, "error_message": message_of(call.kind)}
    yield line
