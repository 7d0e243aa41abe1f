"""The check of `Breaker`: what it lets through while the API is down, while it finds out, and when it is back."""

import random
from collections.abc import Mapping, Sequence
from typing import Any, Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.exact import number
from helpers.judging.reading import ended_well, noted, raised_name, shortened
from helpers.judging.words import draw_answer
from helpers.lessons.under_the_limit import LESSON
from helpers.lessons.under_the_limit.checks.promises import (
    Attempt,
    Outcome,
    too_early,
    wrong_budget,
    wrong_moment,
    wrong_waits,
)
from helpers.lessons.under_the_limit.checks.shared import SAME, answer_to, asked_in, choosing, draw_prompts, end_of
from helpers.lessons.under_the_limit.drivers import OPEN
from helpers.replay import Answer, Fail, RefuseConnection, Request, WireLog, says
from helpers.replay.scenario import Step
from helpers.replay.wire import Exchange

OPENS: Final = "What opens it"
BREAKER: Final = "Exercise: `Breaker`"
BUDGET: Final = "One call became twelve"
PROBE_ONCE: Final = "One probe"

OVERLOADED: Final = "529"
FAILING: Final = "5xx"
UNREACHABLE: Final = "no connection"
EVENT: Final = "an error event in a 200"
CUT: Final = "a stream that breaks off"
PROBES: Final = "many callers, one probe"
LEFT: Final = "the probe's caller leaves"
AT_FAULT: Final = "requests at fault"
THIRD: Final = "every third keeps failing"
NOW_AND_THEN: Final = "a failure now and then"
GOOD: Final = 12
"""Callers who are answered before others meet failures: the budget is full, and can't become more than that."""
TEMPORARY: Final = ("overloaded_error", "api_error", "timeout_error")
AT_FAULT_INSIDE: Final = Answer(says("One moment."), ending="error_event", after=3, error="invalid_request_error")
"""A request that is at fault, which the API has noticed after its 200."""
KINDS: Final = (OVERLOADED, FAILING, UNREACHABLE, EVENT, CUT)

THRESHOLD: Final = 5
BUDGET_SIZE: Final = 10
REST: Final = 30.0
DOWN: Final = (10.0, 100.0)
"""From when until when the API is down, in the cases of the kinds."""
BURST: Final = 12
"""Callers that come in the same moment."""
DENSE: Final = [number / 4 for number in range(100, 180)]
"""Callers who come so often that one of them is the first when the rest is over."""
BURST_AT: Final = (75.0, 75.2)
AFTER: Final = (75.2, 104.0)
"""From when until when those callers come, and in which nobody is let through after their probe has failed."""
AT_ONCE: Final = 0.5
"""Seconds in which a call that sends nothing is refused."""
MOST_SENT: Final = THRESHOLD + BUDGET_SIZE + 3 + 2
"""Requests while the API is down: what opens it, what the budget allows, a probe every 30 seconds, two on their way."""


def _cases(source: random.Random) -> Sequence[Case]:
    return [
        *(_kind_case(name, source) for name in KINDS),
        _case(AT_FAULT, source, [float(second) for second in range(20)], _at_fault(source)),
        _case(THIRD, source, [float(second) for second in range(54)], {}, fails=(3, 99)),
        _case(NOW_AND_THEN, source, [2.0 * number for number in range(48)], {}, fails=(3, 1)),
        _case(PROBES, source, [*range(8), *DENSE, *[75.0] * BURST, *[110.0] * BURST, 120.0, 123.0], {}),
        _case(LEFT, source, [*range(8), 50, 85, 120, 124, 128], {9: 400}, leaves={8: 1.0}),
    ]


def _at_fault(source: random.Random) -> dict[int, int]:
    return {place: source.choice((400, 404, 413)) for place in range(4, 10)} | dict.fromkeys(range(10, 16), 200)


def _kind_case(name: str, source: random.Random) -> Case:
    return _case(name, source, [6.0 * number for number in range(27)], {}, streamed=name in (EVENT, CUT))


def _failures(name: str, source: random.Random) -> Sequence[Step]:
    """How the API is down in this case: each of them in its turn."""
    message = says(draw_answer(source))
    match name:
        case "no connection":
            return [RefuseConnection()]
        case "an error event in a 200":
            after = source.randrange(2, 6)
            return [Answer(message, ending="error_event", after=after, error=kind) for kind in TEMPORARY]
        case "a stream that breaks off":
            return [Answer(message, ending=ending, after=5) for ending in ("cut", "reset")]
        case "5xx":
            return [Fail(status, "Try again later.") for status in (500, 503, 504)]
    return [Fail(529)]


def _case(
    name: str,
    source: random.Random,
    moments: Sequence[float],
    statuses: Mapping[int, int],
    *,
    fails: tuple[int, int] | None = None,
    leaves: Mapping[int, float] | None = None,
    streamed: bool = False,
) -> Case:
    """Callers who come at `moments`. `statuses` are those that some get, by their place; with `fails` every so manieth
    meets so many failures; else the API is down for a while.
    """
    prompts = draw_prompts(source, len(moments))
    texts = {prompt: draw_answer(source) for prompt in prompts}
    failures, down = _failures(name, source), _down(name)

    def step(request: Request, log: WireLog) -> Step:
        place = next((index for index, prompt in enumerate(prompts) if prompt in request.prompt), -1)
        if place in statuses:
            return AT_FAULT_INSIDE if statuses[place] == 200 else Fail(statuses[place])
        times = sum(prompts[place].encode() in one.sent for one in log)
        bad = fails is not None and place >= GOOD and place % fails[0] == 0 and times <= fails[1]
        if bad or down[0] <= log[-1].started < down[1]:
            return failures[len(log) % len(failures)]
        return answer_to(request, texts, 0.2)

    calls = [
        {
            "at": at,
            "prompt": prompt,
            "streamed": streamed or statuses.get(place) == 200,
            "leaves": (leaves or {}).get(place),
        }
        for place, (at, prompt) in enumerate(zip(moments, prompts, strict=True))
    ]
    expected = {"texts": list(texts.values()), "statuses": [statuses.get(place) for place in range(len(calls))]}
    return Case(name, choosing(step, name), {"calls": calls}, expected)


def _down(name: str) -> tuple[float, float]:
    if name in KINDS:
        return DOWN
    return {PROBES: (0.0, 80.0), LEFT: (0.0, 40.0)}.get(name, (0.0, 0.0))


Call = Mapping[str, Any]


def _calls(run: Run) -> Sequence[tuple[float, Call]]:
    """When each caller came, and what came of it."""
    done = noted(run, "calls")
    came = [float(one["at"]) for one in run.case.inputs["calls"]]
    calls = [one for one in done if _is_call(one)] if isinstance(done, list) else []
    return list(zip(came, calls, strict=True)) if len(calls) == len(came) else []


def _is_call(one: Any) -> bool:
    """Whether this is what the driver notes of a call."""
    return (
        isinstance(one, dict)
        and one.keys() >= {"value", "raised", "families", "took", "sent"}
        and (one["raised"] is None or isinstance(one["raised"], str))
        and isinstance(one["families"], list)
        and number(one["took"]) is not None
    )


def _between(run: Run, start: float, end: float) -> list[Exchange]:
    return [one for one in run.wire if start - SAME <= one.started < end - SAME]


def _sent_down(run: Run) -> int:
    return len(_between(run, *DOWN)) if run.case.name in KINDS else 0


def _open(run: Run) -> list[Call]:
    return [call for _, call in _calls(run) if call["raised"] == OPEN]


def _unanswered(run: Run, since: float) -> list[Call]:
    return [call for at, call in _calls(run) if at >= since and call["raised"] is not None]


def _has_opened(run: Run) -> bool:
    """Whether nearly all who came after a while were turned away at once: all but the probes, and those before it."""
    late = [call for at, call in _calls(run) if DOWN[0] + 40 <= at < DOWN[1]]
    return len([call for call in late if call["raised"] != OPEN]) <= 3


def _is_back(run: Run) -> bool:
    return not _unanswered(run, DOWN[1] + REST + 5)


def _wrong_text(run: Run) -> bool:
    texts = run.case.expected["texts"]
    return any(
        call["raised"] is None and call["value"] != text for (_, call), text in zip(_calls(run), texts, strict=False)
    )


def _is_down(one: Exchange) -> bool:
    """Whether it says that the API is down."""
    if one.status == 200:
        return one.ending in ("cut", "reset") or (one.ending == "error_event" and one.error_type in TEMPORARY)
    return one.status is None or one.status >= 500


def _again(run: Run) -> int:
    """How often requests that are at fault were sent, beyond once each."""
    at_fault = [one for one in run.wire if one.error_type is not None and not _is_down(one)]
    return len(at_fault) - len({str(one.body) for one in at_fault})


def _right(run: Run) -> str | None:
    if not ended_well(run) or not _calls(run):
        return f"it raised `{raised_name(run)}` before the first call."
    if _wrong_text(run):
        return "expected `call` to return what `send` returned."
    if any(call["raised"] == OPEN and call["took"] > AT_ONCE and not call["sent"] for _, call in _calls(run)):
        return "who came while it was open had to wait for `BreakerOpen`."
    if run.case.name in KINDS:
        return _wrong_kind(run) or _wrong_moment(run)
    return WRONG[run.case.name](run)


def _wrong_kind(run: Run) -> str | None:
    if _sent_down(run) > MOST_SENT or not _has_opened(run):
        return f"{_sent_down(run)} requests were sent in 90 seconds in which the API was down: at most {MOST_SENT}."
    if not _is_back(run):
        return "the API was back, and callers were turned away a minute later."
    return None


def _wrong_fault(run: Run) -> str | None:
    if _again(run):
        return f"requests at fault were sent {_again(run)} times more."
    for (_, call), status in zip(_calls(run), run.case.expected["statuses"], strict=True):
        if status is None and call["raised"] is not None:
            return f"expected an answer for who was not at fault, got `{call['raised']}`."
        if status is not None and "APIStatusError" not in call["families"]:
            return f"expected the SDK's error for a {status}, got {_came(call)}."
    return None


def _came(call: Call) -> str:
    return f"`{call['raised']}`" if call["raised"] else shortened(call["value"])


def _most_with_budget(run: Run) -> int:
    answers = sum(one.status == 200 for one in run.wire)
    return len(_calls(run)) + BUDGET_SIZE + answers // 10


def _wrong_third(run: Run) -> str | None:
    if len(run.wire) > _most_with_budget(run):
        return f"{len(run.wire)} requests for {len(_calls(run))} calls: at most {_most_with_budget(run)}."
    lost = [call for place, (_, call) in enumerate(_calls(run)) if place % 3 and call["raised"]]
    if lost:
        return f"a call that would have been answered got {_came(lost[0])}."
    return wrong_waits(_attempts(run)) or wrong_budget(_attempts(run))


def _wrong_now_and_then(run: Run) -> str | None:
    lost = _unanswered(run, 0)
    if lost:
        return f"{len(lost)} calls were not answered, and a retry each would have done it."
    return wrong_budget(_attempts(run))


def _attempts(run: Run) -> list[list[Attempt]]:
    """Of each call, what it sent."""
    prompts = [one["prompt"] for one in run.case.inputs["calls"]]
    attempts: list[list[Attempt]] = [[] for _ in prompts]
    for one in run.wire:
        place = asked_in(one, prompts)
        if place is not None:
            attempts[place].append(Attempt(one.started, end_of(one), _outcome(one)))
    return attempts


def _outcome(one: Exchange) -> Outcome:
    return "down" if _is_down(one) else "answer" if one.whole else "neither"


def _too_early(run: Run) -> tuple[int, float] | None:
    return too_early(_sent(run))


def _sent(run: Run) -> list[Attempt]:
    return sorted((each for call in _attempts(run) for each in call), key=lambda each: each.started)


def _wrong_moment(run: Run) -> str | None:
    sent = _sent(run)
    away = [at + call["took"] for at, call in _calls(run) if call["raised"] == OPEN]
    return wrong_moment(sent, away)


def _wrong_probes(run: Run) -> str | None:
    first, rest, second = len(_between(run, *BURST_AT)), len(_between(run, *AFTER)), len(_between(run, 110, 112))
    if (first, rest, second) != (1, 0, 1):
        return f"expected one probe, then nothing for 30 seconds, then one: {first}, {rest} and {second} were sent."
    if _unanswered(run, 120):
        return "after a probe that was answered, callers were turned away."
    return _wrong_moment(run)


def _wrong_left(run: Run) -> str | None:
    return "after the probe's caller had left, nobody was let through again." if _unanswered(run, 120) else None


WRONG: Final = {
    AT_FAULT: _wrong_fault,
    THIRD: _wrong_third,
    NOW_AND_THEN: _wrong_now_and_then,
    PROBES: _wrong_probes,
    LEFT: _wrong_left,
}

WHY_DEAF: Final = {
    OVERLOADED: "529 is the API's own status for too much to do, and in no list of HTTP's",
    FAILING: "the API answers with a 5xx, which says that it is its fault",
    UNREACHABLE: "where there is no connection, or a timeout, there is no status at all: `APIConnectionError`",
    EVENT: "the status was 200, and the error came as an event in the stream: only its `type` says so",
    CUT: "a stream that breaks off raises an `httpx2` error, which is none of the SDK's",
}


def _said(run: Run) -> str:
    calls = [call for _, call in _calls(run)]
    answered = sum(call["raised"] is None for call in calls)
    away = sum(call["raised"] == OPEN for call in calls)
    return f"{len(calls)} calls, {len(run.wire)} requests, {answered} answered, {away} turned away"


CHECK: Final = Check(
    LESSON.exercise("Breaker"),
    cases=_cases,
    right=_right,
    said=_said,
    misconceptions=(
        Misconception(
            id="deaf_to_failures",
            applies=lambda run: run.case.name in KINDS and not _open(run) and bool(_calls(run)),
            cause=lambda run: (
                f"the API was down for 90 seconds, {_sent_down(run)} requests were sent to it, and your breaker never "
                f"opened: {WHY_DEAF[run.case.name]}."
            ),
            next_step=lambda run: (
                "Ask for the kind of failure, not for a list of statuses: `status_code >= 500`, `APIConnectionError`, "
                "`httpx2.HTTPError`, and the `type` of an error whose status is 200."
            ),
            reread=OPENS,
        ),
        Misconception(
            id="retried_4xx",
            applies=lambda run: _again(run) > 0,
            cause=lambda run: (
                f"requests that are at fault themselves were sent {_again(run)} times more than once each."
            ),
            next_step="Retry what may pass, and let everything else go up at once.",
            reread=BREAKER,
        ),
        Misconception(
            id="opened_by_4xx",
            applies=lambda run: run.case.name == AT_FAULT and bool(_open(run)),
            cause=lambda run: (
                f"the API was never down. Some requests were at fault, and {len(_open(run))} callers were turned "
                "away: one customer's bad input closes the shop for all."
            ),
            next_step="Count what says that the API is down. A 4xx says that it is there.",
            reread=OPENS,
        ),
        Misconception(
            id="retries_not_budget",
            applies=lambda run: run.case.name == THIRD and len(run.wire) > _most_with_budget(run),
            cause=lambda run: (
                f"{len(run.wire)} requests for {len(_calls(run))} calls, of which a third fails: every call has "
                f"retries of its own. With a budget of {BUDGET_SIZE} for all of them it would be "
                f"{_most_with_budget(run)} at most."
            ),
            next_step="Keep one number for all calls. A retry takes 1 from it, an answer gives 0.1 back, and below 1 "
            "the error goes up.",
            reread=BUDGET,
        ),
        Misconception(
            id="counts_for_ever",
            applies=lambda run: run.case.name in (THIRD, NOW_AND_THEN) and bool(_open(run)),
            cause=lambda run: (
                f"{len(_open(run))} callers were turned away from an API that answers: your failures add up over "
                "hours, whatever was answered in between."
            ),
            next_step="Begin to count anew after each answer: five *in a row*.",
            reread=OPENS,
        ),
        Misconception(
            id="no_retries",
            applies=lambda run: (
                run.case.name == NOW_AND_THEN and len(run.wire) <= len(_calls(run)) and bool(_unanswered(run, 0))
            ),
            cause=lambda run: (
                f"{len(_unanswered(run, 0))} of {len(_calls(run))} calls failed, where one retry would have been "
                "answered. A budget is there to be spent."
            ),
            next_step="While the budget holds 1 or more, wait a second and send again.",
            reread=BUDGET,
        ),
        Misconception(
            id="budget_never_refilled",
            applies=lambda run: run.case.name == NOW_AND_THEN and bool(_unanswered(run, 0)) and bool(_calls(run)),
            cause=lambda run: (
                f"after ten retries there was none any more: {len(_unanswered(run, 0))} calls failed although the API "
                "was well. What is never refilled is gone on the second day."
            ),
            next_step="Give 0.1 back with each answer, up to 10.",
            reread=BUDGET,
        ),
        Misconception(
            id="all_probe",
            applies=lambda run: run.case.name == PROBES and len(_between(run, *BURST_AT)) > 1,
            cause=lambda run: (
                f"the 30 seconds were over, {BURST} callers came in the same moment, and "
                f"{len(_between(run, *BURST_AT))} requests went out. An API that was about to recover gets all of "
                "them at once."
            ),
            next_step="Let one through, and remember that it is under way. The others get `BreakerOpen` until it is "
            "back.",
            reread=PROBE_ONCE,
        ),
        Misconception(
            id="closed_by_failed_probe",
            applies=lambda run: run.case.name in (*KINDS, PROBES) and (_too_early(run) or (0, 0))[0] > 0,
            cause=lambda run: (
                f"the probe failed, and {(_too_early(run) or (0, 0))[1]:.0f} s later the next request went out. One "
                "failure is enough for a probe: the next 30 seconds begin."
            ),
            next_step="After a probe that failed, open again at once.",
            reread=PROBE_ONCE,
        ),
        Misconception(
            id="never_closes",
            applies=lambda run: run.case.name in KINDS and bool(_calls(run)) and not _is_back(run),
            cause="the API was back, and a minute later callers were still turned away.",
            next_step="30 seconds after it has opened let one call through; when it is answered, close.",
            reread=PROBE_ONCE,
        ),
        Misconception(
            id="stuck_half_open",
            applies=lambda run: run.case.name == LEFT and bool(_unanswered(run, 120)),
            cause="the caller of the probe left in the middle of it, as users do, or its request was at fault. Since "
            "then everybody waits for a probe that nobody makes any more.",
            next_step="Say that no probe is under way in a `finally`: a `CancelledError` is no `Exception`.",
            reread=PROBE_ONCE,
        ),
    ),
    hints=(
        "Four faults: what counts as a failure, what is sent again, how often, and who may go first. Repair one, "
        "check, and go on.",
        "Write `is_down(error)` first. Then a number for the budget that all calls share, and one field that says "
        "that a probe is under way: set before its `send`, taken back in `finally`.",
        "`call`: `while True:` if it is open and (it is not time yet, or a probe is under way) `raise BreakerOpen`; "
        "`try: answer = await send()`; `except Exception as error:` not down? raise. Count, open at five or after a "
        "probe, and raise where `self.budget < 1`; else take 1. `else:` close, `self.budget = min(10, self.budget + "
        "0.1)`, return. `finally:` no probe is under way any more. Then wait 1, 2, 4 … seconds, and begin again.",
    ),
    besides="Ours asks anew before each retry whether it is open: who waits for a retry is turned away like everybody.",
)
