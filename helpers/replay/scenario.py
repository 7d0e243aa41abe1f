"""Scenarios: what the replay does with each request, as an ordered script.

    Scenario("overloaded_twice", "529, 529, then plain", script=(Fail(529), Fail(529)), then=Answer())

Faults are scripted, never random.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from helpers.errors import CourseError
from helpers.facts.errors import CREDIT_TOO_LOW
from helpers.replay.events import events_of
from helpers.replay.fixture import Fixture
from helpers.replay.pages import CAPTIVE_PORTAL, HTML
from helpers.replay.ratelimits import Quota
from helpers.replay.request import Request
from helpers.replay.wire import Ending, WireLog


@dataclass(frozen=True)
class Answer:
    """Answer a valid request, whole or not."""

    message: Fixture | Callable[[Request], Fixture] | None = None
    """The message to answer with, or how to choose it; None chooses the fixture that fits the prompt."""
    ending: Ending = "clean"
    after: float = 6
    """Events that are sent before an ending other than `clean`, pings aside: 6.5 are six and half of the seventh. Of
    the results of a batch, lines.
    """
    expects: Mapping[str, Any] = field(default_factory=dict)
    """Fields that the request's body must have; a request that differs is not answered."""
    error: str = "overloaded_error"
    """The type of the error where the ending is `error_event`."""


@dataclass(frozen=True)
class Fail:
    """Answer with an error of the API or, where it has a `body`, with what somebody else says in its place.

    502, 503, 520, 522 and 524 without a message of the API are pages anyway: see `helpers.replay.pages`.
    """

    status: int
    message: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    error_code: str | None = None
    """What the body's `error.details.error_code` says, where it has one."""
    body: str | None = None
    """A body that is not the API's: it comes without a request id and without rate limits, also with a 200."""
    content_type: str = HTML
    """Of that body."""
    limits: bool = True
    """Whether a 429 says with headers what is left."""


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
    batch_outcomes: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    """By custom id, what becomes of those that do not succeed: `expired`, `canceled`, or the type of an error. Where it
    is another one in every batch that holds the id, all of them, the last for every further one.
    """
    batch_rests: float = 0.0
    """Seconds of API time that pass, for a batch that has ended, until somebody asks for its results."""
    quota: Quota | None = None
    """What may be used in a minute of API time. Over it a message is answered 429, whatever the script says."""

    def step(self, index: int) -> Step | Choose | None:
        """What happens to the request at `index` (from 0); None when the script is over."""
        return self.script[index] if index < len(self.script) else self.then


def says(text: str, *, stop_reason: str = "end_turn", delay: float = 0.2, first_delay: float = 0.4) -> Fixture:
    """A message with this one text block, written piece by piece, `delay` seconds of API time apart, after
    `first_delay` before the first.
    """
    content = [{"type": "text", "text": text}]
    return Fixture("text", events_of(content, stop_reason=stop_reason, delay=delay, first_delay=first_delay))


def blocks(
    content: Sequence[Mapping[str, Any]],
    *,
    stop_reason: str = "end_turn",
    stop_details: Mapping[str, Any] | None = None,
) -> Fixture:
    """A message with these content blocks."""
    return Fixture("blocks", events_of(content, stop_reason=stop_reason, stop_details=stop_details))


def thinking_first(text: str, thought: str = "The customer wants to know where it is.") -> Fixture:
    """A message whose first block is the model's thinking, and whose second is `text`.

    A model that was not asked to think may do so, and often shows an empty `thought`.
    """
    thinking = {"type": "thinking", "thinking": thought, "signature": "EqoBCkYIBxgCKkDk"}
    return blocks([thinking, {"type": "text", "text": text}])


def _ends(name: Ending, summary: str) -> Scenario:
    return Scenario(name, summary, then=Answer(ending=name, after=6))


def _comes_and_goes(request: Request, log: WireLog) -> Step:
    """Nobody knows the batch at the first and the third look, and not its results at the first
    (anthropic-sdk-python#1432).
    """
    if request.method != "GET" or not request.path.startswith("/v1/messages/batches/"):
        return Answer()
    looks = sum((one.method, one.path) == (request.method, request.path) for one in log)
    return Fail(404) if looks in ((1,) if request.path.endswith("/results") else (1, 3)) else Answer()


PAGE: Final = Fail(200, body=CAPTIVE_PORTAL.body, content_type=CAPTIVE_PORTAL.content_type)
ANSWERED: Final = "then every valid request is answered"
_SCENARIOS: Final = (
    Scenario("plain", "every valid request is answered", then=Answer()),
    Scenario("overloaded", "529, always", then=Fail(529)),
    Scenario("overloaded_twice", f"529, 529, {ANSWERED}", (Fail(529), Fail(529)), Answer()),
    Scenario(
        "rate_limited",
        f"429 with retry-after: 20, {ANSWERED}",
        (Fail(429, headers={"retry-after": "20"}),),
        Answer(),
    ),
    Scenario(
        "rate_limited_bare",
        f"429 with neither retry-after nor rate limit headers, {ANSWERED}",
        (Fail(429, "Error", limits=False),),
        Answer(),
    ),
    Scenario(
        "quota",
        "not more than 5 requests and 10,000 input tokens a minute are answered: over that, 429",
        then=Answer(),
        quota=Quota(requests=5, input_tokens=10_000),
    ),
    Scenario("server_error", "500, always", then=Fail(500)),
    Scenario("gateway_timeout", "504, always", then=Fail(504)),
    Scenario("bad_gateway", "502 with a page of HTML and without a request id, always", then=Fail(502)),
    Scenario("captive_portal", "200 with a page of HTML and without a request id, always", then=PAGE),
    Scenario("no_credit", "400, always: the account has no money left", then=Fail(400, CREDIT_TOO_LOW)),
    _ends("cut", "a 200, then the connection is closed in mid-body"),
    _ends("reset", "a 200, then the connection is reset in mid-body"),
    _ends("stall", "a 200, then silence until the client's read timeout"),
    _ends("warm_stall", "a 200, then pings for ten minutes and no more text (unstreamed: silence)"),
    _ends("truncate", "a 200 whose body ends properly, but before message_stop"),
    _ends("malformed", "a 200, then an event whose data is not JSON"),
    _ends("garbled", "a 200 whose body can't be decompressed beyond some events"),
    _ends("error_event", "a 200, then an error event in the stream (an unstreamed call gets the error as its status)"),
    Scenario(
        "error_first",
        "a 200 whose very first event is an error (an unstreamed call gets the error as its status)",
        then=Answer(ending="error_event", after=0),
    ),
    Scenario("empty", "a 200 with nothing in its body", then=EmptyBody()),
    Scenario("refused", "the connection is refused, always", then=RefuseConnection()),
    Scenario(
        "thinking",
        "every valid request is answered, with the model's thinking as the first content block",
        then=Answer(thinking_first("Here is a short answer.", "")),
    ),
    Scenario("no_content", "every valid request is answered, without any content block", then=Answer(blocks([]))),
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
    Scenario(
        "batch_flickers",
        "as batch, but the first and third look at it and the first at its results are answered 404",
        then=Choose(_comes_and_goes),
        batch_polls=3,
        batch_troubles=True,
    ),
    Scenario(
        "batch_archived",
        "as batch, but nobody asks for its results before 29 days are over: they are gone",
        then=Answer(),
        batch_polls=3,
        batch_troubles=True,
        batch_rests=29 * 86_400.0,
    ),
)

SCENARIOS: Final[Mapping[str, Scenario]] = {scenario.name: scenario for scenario in _SCENARIOS}


def scenario_named(name: str) -> Scenario:
    """The scenario with this name. Raises `CourseError` listing the known ones."""
    if name not in SCENARIOS:
        raise CourseError(f"There is no scenario {name!r}: choose one of {', '.join(SCENARIOS)}.")
    return SCENARIOS[name]
