"""What is judged: the requests of an app, and what its test says of it."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Final, Protocol, TypeAlias

from helpers.errors import CourseError
from helpers.replay.scenario import Scenario, scenario_named
from helpers.replay.wire import Exchange, WireLog
from helpers.testing.calls import Call, calls_in

Json: TypeAlias = Mapping[str, Any]
LogRecords: TypeAlias = Iterable[logging.LogRecord | Mapping[str, Any] | str]


class _Unsaid:
    def __repr__(self) -> str:
        return "UNSAID"


UNSAID: Final = _Unsaid()
"""In place of an outcome: the test says nothing about it. Nor does an app that returns None."""


class Behind(Protocol):
    """What the fixture `wire_log` shows."""

    @property
    def chosen(self) -> Scenario:
        """The scenario."""

    def settled(self) -> Sequence[Exchange]:
        """The exchanges, once nothing is under way any more, or has been for too long."""

    def judge(self) -> None:
        """Note that what was sent so far is judged. Raises `AssertionError` where the log cannot be relied on."""

    @property
    def hurried(self) -> frozenset[int]:
        """The numbers of requests whose answers came faster than anybody could leave them."""

    @property
    def pauses(self) -> Sequence[float]:
        """Seconds of every pause of the app's own, in their order."""

    @property
    def threads(self) -> Mapping[int, int]:
        """By a request's number, which thread sent it, where that is known."""

    @property
    def stop_reasons(self) -> Mapping[int, str]:
        """By a request's number, why its message ended."""

    @property
    def key(self) -> str:
        """The key that the app was given."""


class AppLog:
    """The wire log of a test: every exchange of the scenario that it chose last."""

    def __init__(self, behind: Behind) -> None:
        self.behind = behind

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self.behind.settled())

    def __len__(self) -> int:
        return len(self.behind.settled())

    def __getitem__(self, index: int) -> Exchange:
        return self.behind.settled()[index]

    def to_json(self) -> list[dict[str, Any]]:
        """The log as plain JSON, one entry per request."""
        return [one.to_json() for one in self]


@dataclass(frozen=True)
class Evidence:
    """All that a rule looks at."""

    exchanges: Sequence[Exchange]
    outcome: Any = UNSAID
    outcomes: Sequence[Any] | None = None
    logs: Sequence[logging.LogRecord | Mapping[str, Any] | str] | None = None
    effects: Sequence[Any] | None = None
    left: bool = False
    scenario: Scenario | None = None
    pauses: Sequence[float] = ()
    stop_reasons: Mapping[int, str] = field(default_factory=dict)
    keys: Sequence[str] = ()
    hurried: frozenset[int] = frozenset()
    """The numbers of requests whose answers came faster than anybody could leave them."""
    threads: Mapping[int, int] = field(default_factory=dict)
    """By a request's number, which thread sent it, where that is known."""

    def __post_init__(self) -> None:
        if self.outcome is None:
            object.__setattr__(self, "outcome", UNSAID)

    @cached_property
    def calls(self) -> list[Call]:
        """The calls that the exchanges are attempts of."""
        return calls_in(self.exchanges, self.threads)


def outcome_of(app: Callable[[], Any]) -> Any:
    """What `app()` returned, or the exception that left it: either says what it made of the answer."""
    try:
        return app()
    except Exception as error:  # noqa: BLE001 - whatever an app raises, it has not taken the answer for whole
        return error


def says_whole(outcome: Any) -> bool:
    """Whether somebody who gets this takes it for a whole answer.

    An exception does not say so. What has a field `complete`, or is a bool, says it itself; whatever else is handed on
    is taken for whole.
    """
    if isinstance(outcome, BaseException):
        return False
    if isinstance(outcome, bool):
        return outcome
    if isinstance(outcome, Mapping):
        return bool(outcome.get("complete", True))
    return bool(getattr(outcome, "complete", True))


def exchanges_in(log: AppLog | WireLog | Iterable[Exchange | Json]) -> list[Exchange]:
    """The exchanges of a log, also of what `GET /_wire` of `course serve` answers. Raises `CourseError`."""
    return [one if isinstance(one, Exchange) else _from_json(one) for one in log]


def scenario_of(log: object, scenario: str | Scenario | None) -> Scenario | None:
    """The scenario that the log is of, as far as it is known. Raises `CourseError` for a name that there is not."""
    if scenario is not None:
        return scenario if isinstance(scenario, Scenario) else scenario_named(scenario)
    return log.behind.chosen if isinstance(log, AppLog) else None


_NEEDED: Final = ("number", "method", "path", "status", "ending", "started")


def _from_json(entry: Json) -> Exchange:
    if not isinstance(entry, Mapping) or any(name not in entry for name in _NEEDED):
        raise CourseError(
            "This is no wire log: give the fixture `wire_log`, or the JSON list that `GET /_wire` of `course serve` "
            "answers."
        )
    known = {each.name for each in fields(Exchange)}
    given = {name: value for name, value in entry.items() if name in known}
    body = entry.get("body")
    given["sent"] = b"" if body is None else json.dumps(body).encode()
    defaults = {"headers": {}, "request_bytes": 0, "retry_count": 0}
    return Exchange(**{**defaults, **given})
