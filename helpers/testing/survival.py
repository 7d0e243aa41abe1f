"""The verdict on an app: what is found, or nothing."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, Final

from helpers.errors import CourseError
from helpers.replay.scenario import Scenario
from helpers.replay.wire import Exchange, WireLog
from helpers.testing import effects as effect_rules
from helpers.testing import endings, records, retrying
from helpers.testing.calls import MESSAGES
from helpers.testing.evidence import UNSAID, AppLog, Evidence, Json, LogRecords, exchanges_in, scenario_of
from helpers.testing.finding import KINDS, Finding


class DidNotSurvive(AssertionError):  # noqa: N818 - what became of the app, not what went wrong in our code
    """What was found in an app: `findings`, in the order of the rules."""

    def __init__(self, findings: Sequence[Finding], scenario: Scenario | None) -> None:
        where = f" in the scenario {scenario.name!r}" if scenario else ""
        count = f"{len(findings)} finding{'' if len(findings) == 1 else 's'}"
        super().__init__("\n\n".join([f"Your app did not survive{where}: {count}.", *map(str, findings)]))
        self.findings = list(findings)


Log = AppLog | WireLog | Sequence[Exchange] | Sequence[Json]


def assert_survives(
    wire_log: Log,
    *,
    outcome: Any = UNSAID,
    outcomes: Sequence[Any] | None = None,
    logs: LogRecords | None = None,
    effects: Iterable[Any] | None = None,
    left: bool = False,
    allow: Collection[str] = (),
    scenario: str | Scenario | None = None,
) -> None:
    """Raise `DidNotSurvive`, an `AssertionError` with every finding, unless the app did what a lesson would have it do.

    `wire_log` is the fixture, or the list that `GET /_wire` of `course serve` answers. What the wire cannot show, the
    test says: `outcome` is what the app made of its last call, `outcomes` what it made of each, in the order in which
    they began: a text, an `Outcome`, or the exception (`outcome_of` catches it). `logs` are the records that it wrote
    (`caplog.records`, dictionaries or lines), `effects` what its tools did, each with what makes it that one (rows of
    the ledger). `left` says that whoever asked has left. `allow` names findings that are meant to be so.

    The same request again, after it has failed, is taken for a retry, unless another thread sent it over
    `messages_api.transport`: give users that a test makes up questions of their own.

    It fails closed: raises `AssertionError` where the log is empty, where an exchange has not ended, or where it cannot
    show what is asked, and `CourseError` for a scenario or a finding that there is not.
    """
    __tracebackhide__ = True
    _check_names(allow)
    known = scenario_of(wire_log, scenario)
    exchanges = exchanges_in(wire_log)
    behind = wire_log.behind if isinstance(wire_log, AppLog) else None
    if behind is not None:
        behind.judge()
    _check_log(exchanges, left, outcome)
    evidence = Evidence(
        exchanges,
        outcome,
        outcomes,
        None if logs is None else list(logs.splitlines() if isinstance(logs, str) else logs),
        None if effects is None else list(effects),
        left,
        known,
        behind.pauses if behind else (),
        behind.stop_reasons if behind else {},
        [behind.key] if behind else (),
        behind.hurried if behind else frozenset(),
        behind.threads if behind else {},
    )
    _check_outcomes(evidence)
    _check_time(evidence)
    found = [one for rule in RULES for one in rule(evidence) if one.kind not in allow]
    if found:
        raise DidNotSurvive(found, known)


def unexpected_request(evidence: Evidence) -> Iterator[Finding]:
    """A request that the scenario does not answer: what follows it tells nothing."""
    unexpected = tuple(one for one in evidence.exchanges if one.unexpected)
    if unexpected:
        yield Finding("unexpected_request", str(unexpected[0].unexpected), unexpected)


RULES: Final[Sequence[Callable[[Evidence], Iterator[Finding]]]] = (
    unexpected_request,
    *endings.RULES,
    *retrying.RULES,
    *effect_rules.RULES,
    *records.RULES,
)


def _check_names(allow: Collection[str]) -> None:
    if isinstance(allow, str):
        raise CourseError(f"`allow` is a collection of names: write allow={{{allow!r}}}.")
    for name in allow:
        if name not in KINDS:
            close = get_close_matches(name, KINDS, 1)
            guess = f"did you mean {close[0]!r}?" if close else f"choose from {', '.join(KINDS)}."
            raise CourseError(f"There is no finding {name!r}: {guess}")


def _check_log(exchanges: Sequence[Exchange], left: bool, outcome: Any) -> None:
    if not exchanges:
        # What left the app may be why: nobody has seen it yet, for the test has caught it.
        cause = outcome if isinstance(outcome, BaseException) else None
        why = f" What came of it was {type(cause).__name__}: {cause}" if cause else ""
        raise AssertionError(
            "The wire log is empty, so nothing can be said: your app sent no request, or sent it elsewhere. Give it "
            f"`messages_api.base_url` as its base URL, or `messages_api.transport` as its HTTP client's transport.{why}"
        ) from cause
    unfinished = [one for one in exchanges if one.ending is None and not left]
    if unfinished:
        one = unfinished[0]
        raise AssertionError(
            f"Request {one.number} ({one.method} {one.path}) has not ended, so nothing can be said yet. Let your app "
            "read the answer to its end or close the stream, and judge afterwards; where whoever asked has left, say "
            "`left=True`."
        )


def _check_outcomes(evidence: Evidence) -> None:
    if evidence.outcomes is None:
        return
    calls = [call for call in evidence.calls if call.first.path == MESSAGES]
    if evidence.outcome is not UNSAID:
        raise CourseError("Say `outcome` or `outcomes`, not both.")
    if len(evidence.outcomes) != len(calls):
        raise AssertionError(
            f"`outcomes` has {len(evidence.outcomes)} entries, and {len(calls)} calls went over the wire: say what "
            "came of each of them, in the order in which they began."
        )


def _check_time(evidence: Evidence) -> None:
    """Whether what is asked about could be seen: over a socket, an answer that takes no time is there at once."""
    for one in evidence.exchanges:
        late = one.ending == "warm_stall" or (evidence.left and one.status == 200 and one.ending != "abandoned")
        if late and one.number in evidence.hurried:
            raise AssertionError(
                f"Request {one.number} was answered over a socket faster than anybody could leave it, so nothing can "
                "be said. Give your app `messages_api.transport`, or let time pass: "
                "`messages_api.scenario(…, speed=0.1)`."
            )
