"""The check of `ask_within`: a deadline over all attempts."""

import random
from collections.abc import Sequence
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.exact import number, numbers
from helpers.judging.mistakes import own_prompt, printed
from helpers.judging.reading import has_raised, noted, raised_name, said_returned, shortened
from helpers.judging.words import draw_answer, draw_prompt
from helpers.lessons.retries import LESSON
from helpers.replay import Answer, Fail, Fixture, Scenario, says
from helpers.replay.events import events_of
from helpers.replay.moments import http_date
from helpers.replay.scenario import Step

DEADLINE: Final = "Until when"
AT_ONCE: Final = "answered at once"
SOON: Final = "429, in time"
LATE: Final = "429, too late"
ONCE: Final = "one 529"
ALWAYS: Final = "529, always"
SLOW: Final = "a slow answer"
BAD: Final = "400"
BARE: Final = "429, says nothing"
DATE: Final = "429, retry-after is a date"
NOT_A_NUMBER: Final = "429, retry-after: nan"
NEGATIVE: Final = "429, retry-after: -5"
PAGE: Final = "a page, once"
FINAL: Final = "529, x-should-retry: false"
SPENT: Final = "429, spend limit reached"
DRIP: Final = "an answer that drips"
ANSWERED: Final = (AT_ONCE, ONCE, SOON, BARE, DATE, NOT_A_NUMBER, NEGATIVE, PAGE)
NO_SECONDS: Final = (DATE, NOT_A_NUMBER, NEGATIVE)
ONCE_AND_NO_MORE: Final = (BAD, FINAL, SPENT)
DRIPS: Final = 1.0
"""Seconds of API time between two pieces: the fastest that a stream can notice its deadline."""
SPEND_LIMIT: Final = "enforced_spend_limit_reached"
GRACE: Final = 0.25
"""Seconds by which two clocks may differ."""


def _within_cases(source: random.Random) -> Sequence[Case]:
    soon, late = source.randrange(8, 20), source.randrange(100, 300)
    return [
        _within_case(AT_ONCE, source, 30),
        _within_case(ONCE, source, 30, Fail(529)),
        _within_case(SOON, source, 60, Fail(429, headers={"retry-after": str(soon)}), wait=soon),
        _within_case(LATE, source, 30, Fail(429, headers={"retry-after": str(late)}), wait=late),
        _within_case(ALWAYS, source, 20, then=Fail(529)),
        _within_case(SLOW, source, 30, then=Answer(_slow(draw_answer(source)))),
        _within_case(BAD, source, 30, then=Fail(400)),
        _within_case(BARE, source, 30, Fail(429, "Error", limits=False)),
        _within_case(DATE, source, 60, _limited(http_date(source.randrange(5, 15)))),
        _within_case(NOT_A_NUMBER, source, 30, _limited("nan")),
        _within_case(NEGATIVE, source, 30, _limited("-5")),
        _within_case(PAGE, source, 30, Fail(source.choice((502, 503, 520, 524)))),
        _within_case(FINAL, source, 30, then=Fail(529, headers={"x-should-retry": "false"})),
        _within_case(SPENT, source, 30, then=Fail(429, "You have reached your limit.", error_code=SPEND_LIMIT)),
        _within_case(DRIP, source, 10, then=Answer(says(" ".join(draw_answer(source) for _ in range(4)), delay=DRIPS))),
    ]


def _limited(retry_after: str) -> Fail:
    return Fail(429, headers={"retry-after": retry_after})


def _slow(text: str) -> Fixture:
    """An answer that nothing is heard of for 40 seconds."""
    return Fixture("slow", events_of([{"type": "text", "text": text}], first_delay=40.0))


def _within_case(
    name: str, source: random.Random, seconds: float, *script: Step, then: Step | None = None, wait: float = 0
) -> Case:
    text = draw_answer(source)
    inputs = {"prompt": draw_prompt(source), "seconds": seconds}
    scenario = Scenario(name, name, script, then or Answer(says(text)))
    return Case(name, scenario, inputs, {"text": text, "answered": name in ANSWERED, "wait": wait})


def _seconds(run: Run) -> float:
    return float(run.case.inputs["seconds"])


def _took(run: Run) -> float:
    return number(noted(run, "took")) or 0.0


def _late(run: Run) -> bool:
    """Whether the function came back after its deadline, or sent something after it."""
    # Between two pieces of a stream nobody can look at a clock.
    grace = GRACE + (DRIPS if run.case.name == DRIP else 0.0)
    return _took(run) > _seconds(run) + grace or any(one.started > _seconds(run) + GRACE for one in run.wire)


def _too_early(run: Run) -> bool:
    """Whether a request followed a failed one sooner than a considerate caller sends it."""
    gaps = (
        (after.started - (before.ended or 0.0), max(float(run.case.expected["wait"]) - GRACE, 0.1))
        for before, after in zip(run.wire, run.wire[1:], strict=False)
        if after.retry_count == 0
    )
    return any(gap < least for gap, least in gaps)


def _unlimited(run: Run) -> Sequence[float] | None:
    """The first request that might have taken longer than was left: when it was sent, and its timeout."""
    sent = ((one.started, one.read_timeout) for one in run.wire)
    return next((one for one in sent if one[1] > _seconds(run) - one[0] + GRACE), None)


def _right_within(run: Run) -> str | None:
    if _late(run):
        return f"expected an end within {_seconds(run):g} s, it took {_took(run):g} s."
    if run.case.expected["answered"]:
        if run.value != run.case.expected["text"]:
            got = f"you raised `{raised_name(run)}`" if run.observation.raised else f"got {shortened(run.value)}"
            return f"expected the answer {shortened(run.case.expected['text'])}, {got}."
        return None
    wanted = ("TimeoutError",) if run.case.name in (SLOW, DRIP) else ("TimeoutError", "APIError")
    if not has_raised(run, *wanted):
        got = f"you raised `{raised_name(run)}`" if run.observation.raised else f"you returned {shortened(run.value)}"
        return f"there was no answer to be had in time: expected a `TimeoutError`, {got}."
    return None


def _said_within(run: Run) -> str:
    return f"{said_returned(run)} after {_took(run):.1f} s"


CHECK: Final = Check(
    LESSON.exercise("ask_within"),
    cases=_within_cases,
    right=_right_within,
    said=_said_within,
    misconceptions=(
        printed(DEADLINE),
        own_prompt(DEADLINE),
        Misconception(
            id="really_slept",
            applies=lambda run: bool(numbers(noted(run, "slept"))),
            cause=lambda run: (
                f"you slept {numbers(noted(run, 'slept'))[0]:g} s with `time.sleep`, past the clock that you were "
                "given. We have skipped it; a test of yours would have waited."
            ),
            next_step="Wait with `clock.sleep(…)`, and ask `clock.now()` for the time.",
            reread=DEADLINE,
        ),
        Misconception(
            id="retried_a_400",
            applies=lambda run: run.case.name == BAD and len(run.wire) > 1,
            cause=lambda run: f"you sent the same bad request {len(run.wire)} times. Time does not mend it.",
            next_step="Try again after 429 and 5xx, and let everything else go up at once.",
            reread=DEADLINE,
        ),
        Misconception(
            id="left_it_to_the_sdk",
            applies=lambda run: run.case.name == LATE and any(one.retry_count for one in run.wire),
            cause=lambda run: (
                f"the SDK slept {run.case.expected['wait']} s because `retry-after` said so, and you had "
                f"{_seconds(run):g} s. `timeout` limits an attempt, not the wait before the next one."
            ),
            next_step="Switch the SDK's retries off with `with_options(max_retries=0)`, and decide about each wait "
            "yourself.",
            reread=DEADLINE,
        ),
        Misconception(
            id="slept_past_the_deadline",
            applies=lambda run: run.case.name not in (SLOW, DRIP) and _late(run),
            cause=lambda run: (
                f"you came back after {_took(run):.0f} s, and had {_seconds(run):g} s. Whoever asked you has left."
            ),
            next_step="Before each wait, ask whether it ends before the deadline; if not, raise at once.",
            reread=DEADLINE,
        ),
        Misconception(
            id="hammered",
            applies=lambda run: (
                run.case.name not in (*ONCE_AND_NO_MORE, *NO_SECONDS)
                and (_too_early(run) or run.observation.stopped is not None)
            ),
            cause=lambda run: (
                f"you sent {len(run.wire)} requests, one of them sooner than the one before it allowed. "
                "The API said that it had too much to do"
                + (f", and to come back after {run.case.expected['wait']} s." if run.case.expected["wait"] else ".")
            ),
            next_step="Wait for as long as `retry-after` says; where it says nothing, for a time that doubles.",
            reread=DEADLINE,
        ),
        Misconception(
            id="no_second_try",
            applies=lambda run: (
                run.case.name in (ONCE, SOON, BARE, PAGE) and len(run.wire) == 1 and run.observation.raised is not None
            ),
            cause=lambda run: (
                f"you gave up after {_took(run):.1f} s of {_seconds(run):g}, at the first answer that was not one. "
                "With the SDK's retries switched off, nobody tries again unless you do."
            ),
            next_step="Put the attempt into a loop that waits and tries again while there is time.",
            reread=DEADLINE,
        ),
        Misconception(
            id="attempt_without_limit",
            applies=lambda run: _unlimited(run) is not None,
            cause=lambda run: (
                f"after {(_unlimited(run) or (0, 0))[0]:.0f} s you sent a request that may take "
                f"{(_unlimited(run) or (0, 0))[1]:g} s, and only "
                f"{_seconds(run) - (_unlimited(run) or (0, 0))[0]:.0f} s were left. A slow answer takes it past the "
                "deadline."
            ),
            next_step="Give each attempt what is left: `timeout=deadline - clock.now()`.",
            reread=DEADLINE,
        ),
        Misconception(
            id="leaked_the_sdks_timeout",
            applies=lambda run: run.case.name == SLOW and has_raised(run, "APITimeoutError"),
            cause=lambda run: (
                f"the answer took longer than the {_seconds(run):g} s, and the SDK's `APITimeoutError` left your "
                "function. It is an `APIError`, and no `TimeoutError`: who catches what you promise does not catch it."
            ),
            next_step="Catch `anthropic.APITimeoutError` around the attempt, and `raise TimeoutError(…) from error`.",
            reread=DEADLINE,
        ),
        Misconception(
            id="asked_again_in_vain",
            applies=lambda run: run.case.name in (FINAL, SPENT) and len(run.wire) > 1,
            cause=lambda run: (
                f"you sent {len(run.wire)} requests, and the first answer had said that no second one can help: "
                + (
                    "`x-should-retry: false`, which counts more than the status."
                    if run.case.name == FINAL
                    else f"its `error_code` is `{SPEND_LIMIT}`, and the month's budget does not come back in seconds."
                )
            ),
            next_step="Before you wait, ask the error whether waiting can help (lesson 05); if not, raise it.",
            reread=DEADLINE,
        ),
        Misconception(
            id="dripped_past_the_deadline",
            applies=lambda run: run.case.name == DRIP and _late(run),
            cause=lambda run: (
                f"the answer came in pieces, a second apart, and you read it for {_took(run):.0f} s of "
                f"{_seconds(run):g}. `timeout` limits the silence between two bytes; a stream that drips is never "
                "silent, and neither is one that pings."
            ),
            next_step="Ask without a stream, or look at the clock at each event.",
            reread=DEADLINE,
        ),
        Misconception(
            id="retry_after_is_seconds",
            applies=lambda run: (
                run.case.name in NO_SECONDS and (has_raised(run, "ValueError", "TypeError") or _too_early(run))
            ),
            cause=lambda run: (
                (
                    f"your function itself raised `{raised_name(run)}`"
                    if run.observation.raised
                    else "you asked again without a wait"
                )
                + ": `retry-after` may also be a date, and proxies write what they like into it. It did not say how "
                "many seconds to wait, and the API still had too much to do."
            ),
            next_step="Read the header with care; where it does not name a time that lies ahead, wait as if it were "
            "not there.",
            reread=DEADLINE,
        ),
    ),
    hints=(
        "Note the deadline first: `clock.now() + seconds`. The SDK must not sleep for you, so its retries are off, and "
        "the loop is yours.",
        "In the `except` for a status: can waiting help at all (`may_pass`)? How long does the answer ask you to wait "
        "(`asked_wait`)? If that ends after the deadline, raise now. Each attempt's `timeout` is what is left.",
        "The shape: `deadline = clock.now() + seconds`, `backoff = 0.5`, `while True:`; in it `try:` "
        "`client.with_options(max_retries=0, timeout=deadline - clock.now()).messages.create(…)` and return the text; "
        "`except anthropic.APITimeoutError as error: raise TimeoutError(…) from error`; "
        "`except anthropic.APIStatusError as error:`, then `if not may_pass(error): raise` and "
        "`wait = asked_wait(error) or backoff`; raise `TimeoutError` when `clock.now() + wait >= deadline`; "
        "`clock.sleep(wait)`; `backoff *= 2`.",
    ),
    besides="Ours shortens its own waits by chance, by up to a quarter, so that clients that failed together do "
    "not come back together.",
)
