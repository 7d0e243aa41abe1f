"""Scenarios: what the replay does with each request, as an ordered script.

    Scenario("overloaded_twice", "529, 529, then plain", script=(Fail(529), Fail(529)), then=Answer())

Faults are scripted, never random.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from helpers.errors import CourseError
from helpers.replay.events import events_of
from helpers.replay.fixture import Fixture
from helpers.replay.request import Request
from helpers.replay.wire import Ending, WireLog


@dataclass(frozen=True)
class Answer:
    """Answer a valid request, whole or not."""

    message: Fixture | Callable[[Request], Fixture] | None = None
    """The message to answer with, or how to choose it; None chooses the fixture that fits the prompt."""
    ending: Ending = "clean"
    after: float = 6
    """Events that are sent before an ending other than `clean`: 6.5 are six and half of the seventh."""
    expects: Mapping[str, Any] = field(default_factory=dict)
    """Fields that the request's body must have; a request that differs is not answered."""
    error: str = "overloaded_error"
    """The type of the error where the ending is `error_event`."""


@dataclass(frozen=True)
class Fail:
    """Answer with an error of the API."""

    status: int
    message: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    error_code: str | None = None
    """What the body's `error.details.error_code` says, where it has one."""


@dataclass(frozen=True)
class RefuseConnection:
    """Do not answer at all: the connection is refused."""


@dataclass(frozen=True)
class EmptyBody:
    """Answer 200 with nothing in the body."""


Step: TypeAlias = Answer | Fail | RefuseConnection | EmptyBody


@dataclass(frozen=True)
class Choose:
    """Let the request say what happens to it: for callers whose requests nobody can number beforehand.

    `step` is a pure function of the request and of the log so far, whose last exchange is the request's own.
    """

    step: Callable[[Request, WireLog], Step]


@dataclass(frozen=True)
class Scenario:
    """A named script: one step per request, then `then` for every request after them (None: no more are expected)."""

    name: str
    summary: str
    script: tuple[Step | Choose, ...] = ()
    then: Step | Choose | None = None
    batch_polls: int = 1
    """Which poll of a batch finds it ended."""
    batch_seconds: float = 0.0
    """Seconds of API time that a batch takes at least."""
    batch_cancel_seconds: float = 0.0
    """Seconds of API time that a batch stays `canceling`."""
    batch_troubles: bool = False
    """Whether a batch of four or more requests has one errored, one expired and one canceled."""
    batch_outcomes: Mapping[str, str] = field(default_factory=dict)
    """By custom id, what becomes of those that do not succeed: `expired`, `canceled`, or the type of an error."""

    def step(self, index: int) -> Step | Choose | None:
        """What happens to the request at `index` (from 0); None when the script is over."""
        return self.script[index] if index < len(self.script) else self.then


def says(text: str, *, stop_reason: str = "end_turn", delay: float = 0.2) -> Fixture:
    """A message with this one text block, written word by word, `delay` seconds of API time apart."""
    return Fixture("text", events_of([{"type": "text", "text": text}], stop_reason=stop_reason, delay=delay))


def blocks(
    content: Sequence[Mapping[str, Any]],
    *,
    stop_reason: str = "end_turn",
    stop_details: Mapping[str, Any] | None = None,
) -> Fixture:
    """A message with these content blocks."""
    return Fixture("blocks", events_of(content, stop_reason=stop_reason, stop_details=stop_details))


def _ends(ending: Ending, summary: str) -> Scenario:
    return Scenario(ending, summary, then=Answer(ending=ending, after=14))


_SCENARIOS: Final = (
    Scenario("plain", "every valid request is answered", then=Answer()),
    Scenario("overloaded", "529, always", then=Fail(529)),
    Scenario("overloaded_twice", "529, 529, then every valid request is answered", (Fail(529), Fail(529)), Answer()),
    Scenario(
        "rate_limited",
        "429 with retry-after: 20, then every valid request is answered",
        (Fail(429, headers={"retry-after": "20"}),),
        Answer(),
    ),
    Scenario("server_error", "500, always", then=Fail(500)),
    Scenario("gateway_timeout", "504, always", then=Fail(504)),
    _ends("cut", "a 200, then the connection is closed in mid-body"),
    _ends("reset", "a 200, then the connection is reset in mid-body"),
    _ends("stall", "a 200, then silence until the client's read timeout"),
    _ends("truncate", "a 200 whose body ends properly, but before message_stop"),
    _ends("error_event", "a 200, then an error event in the stream (an unstreamed call gets the error as its status)"),
    Scenario("refused", "the connection is refused, always", then=RefuseConnection()),
    Scenario(
        "batch",
        "a batch that ends at the third poll; of four or more requests one is errored, one expired, one canceled",
        then=Answer(),
        batch_polls=3,
        batch_troubles=True,
    ),
    Scenario(
        "batch_late",
        "as batch, but the first two requests after the batch was created do not know it yet: 404, 404",
        (Answer(), Fail(404), Fail(404)),
        Answer(),
        batch_polls=3,
        batch_troubles=True,
    ),
)

SCENARIOS: Final[Mapping[str, Scenario]] = {scenario.name: scenario for scenario in _SCENARIOS}


def scenario_named(name: str) -> Scenario:
    """The scenario with this name. Raises `CourseError` listing the known ones."""
    if name not in SCENARIOS:
        raise CourseError(f"There is no scenario {name!r}: choose one of {', '.join(SCENARIOS)}.")
    return SCENARIOS[name]
