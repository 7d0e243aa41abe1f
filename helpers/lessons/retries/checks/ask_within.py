"""The check of `ask_within`: a deadline over all attempts."""

import random
from collections.abc import Sequence
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.exact import number, numbers
from helpers.judging.mistakes import first_block, own_prompt, printed
from helpers.judging.reading import has_raised, noted, raised_name, said_returned, shortened, whole_text
from helpers.judging.words import draw_answer, draw_prompt
from helpers.lessons.retries import LESSON
from helpers.lessons.retries.checks.shared import draw_texts, in_blocks
from helpers.lessons.retries.drivers import STOPPED
from helpers.replay import Answer, EmptyBody, Fail, Fixture, RefuseConnection, Scenario, says
from helpers.replay.events import events_of
from helpers.replay.moments import http_date
from helpers.replay.scenario import PAGE as PAGE_200
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
BLOCKS: Final = "an answer in blocks"
REFUSED: Final = "a refused connection"
EMPTY: Final = "200, and nothing in it"
PORTAL: Final = "200, and a page"
INTERRUPTED: Final = "Ctrl-C"
ANSWERED: Final = (BLOCKS, AT_ONCE, ONCE, SOON, BARE, DATE, NOT_A_NUMBER, NEGATIVE, PAGE)
NO_SECONDS: Final = (DATE, NOT_A_NUMBER, NEGATIVE)
ONCE_AND_NO_MORE: Final = (BAD, FINAL, SPENT)
DRIPS: Final = 1.0
"""Seconds of API time between two pieces: the fastest that a stream can notice its deadline."""
SPEND_LIMIT: Final = "enforced_spend_limit_reached"
MANY: Final = 12
"""Requests in 20 seconds that only a caller sends whose waits do not grow."""
OWN_FAULTS: Final = ("AttributeError", "NameError", "TypeError")
"""What an `except` clause raises that takes an error for another."""
GRACE: Final = 0.25
"""Seconds by which two clocks may differ."""


def _within_cases(source: random.Random) -> Sequence[Case]:
    soon, late = source.randrange(8, 20), source.randrange(100, 300)
    return [
        _within_case(AT_ONCE, source, 30),
        _within_case(BLOCKS, source, 30, texts=draw_texts(source)),
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
        _within_case(REFUSED, source, 30, RefuseConnection()),
        _within_case(EMPTY, source, 30, then=EmptyBody()),
        _within_case(PORTAL, source, 30, then=PAGE_200),
        _within_case(INTERRUPTED, source, 30, interrupted=True),
    ]


def _limited(retry_after: str) -> Fail:
    return Fail(429, headers={"retry-after": retry_after})


def _slow(text: str) -> Fixture:
    """An answer that nothing is heard of for 40 seconds."""
    return Fixture("slow", events_of([{"type": "text", "text": text}], first_delay=40.0))


def _within_case(
    name: str,
    source: random.Random,
    seconds: float,
    *script: Step,
    then: Step | None = None,
    wait: float = 0,
    texts: Sequence[str] = (),
    interrupted: bool = False,
) -> Case:
    told = texts or [draw_answer(source)]
    inputs = {"prompt": draw_prompt(source), "seconds": seconds, "interrupted": interrupted}
    answer = Answer(in_blocks(texts) if texts else says(told[0]))
    expected = {"texts": told, "answered": name in ANSWERED, "wait": wait}
    return Case(name, Scenario(name, name, script, then or answer), inputs, expected)


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


def _held_on(run: Run) -> bool:
    """Whether it was interrupted, and went on."""
    through = noted(run, "went_through") is True and run.value == STOPPED and len(run.wire) == 1
    return run.case.name == INTERRUPTED and not through


def _too_many(run: Run) -> bool:
    return run.case.name == ALWAYS and len(run.wire) > MANY


def _failed_itself(run: Run) -> bool:
    return run.case.name in (EMPTY, REFUSED) and has_raised(run, *OWN_FAULTS)


def _right_within(run: Run) -> str | None:
    if _late(run):
        return f"expected an end within {_seconds(run):g} s, it took {_took(run):g} s."
    if run.wire and run.wire[0].started > GRACE:
        return f"expected the first request at once, it was sent after {run.wire[0].started:g} s."
    if run.case.name == INTERRUPTED:
        return "expected the interruption to go through at once." if _held_on(run) else None
    if _too_many(run):
        return f"expected waits that grow, and sent were {len(run.wire)} requests in {_took(run):.0f} s."
    if run.case.expected["answered"]:
        return _wrong_answer(run)
    if run.case.name == REFUSED:
        # 429 and 5xx alone are to be asked again. To ask again here, too, is as good.
        return None if has_raised(run, "APIConnectionError", "TimeoutError") else _wrong_answer(run)
    if not _gave_up(run):
        return f"there was no answer to be had in time: expected a `TimeoutError`, {_got(run)}."
    return None


def _wrong_answer(run: Run) -> str | None:
    if run.value == whole_text(run):
        return None
    return f"expected the answer {shortened(whole_text(run))}, {_got(run)}."


def _got(run: Run) -> str:
    return f"you raised `{raised_name(run)}`" if run.observation.raised else f"you returned {shortened(run.value)}"


def _gave_up(run: Run) -> bool:
    """Whether it raised what says that there is no answer: of what is none, anything but a slip of its own."""
    if run.case.name == PORTAL:
        return run.observation.raised is not None
    if run.case.name == EMPTY:
        return run.observation.raised is not None and not _failed_itself(run)
    return has_raised(run, "TimeoutError", *(() if run.case.name in (SLOW, DRIP) else ("APIError",)))


def _said_within(run: Run) -> str:
    return f"{said_returned(run)} after {_took(run):.1f} s"


CHECK: Final = Check(
    LESSON.exercise("ask_within"),
    cases=_within_cases,
    right=_right_within,
    said=_said_within,
    misconceptions=(
        Misconception(
            id="interruption_swallowed",
            applies=_held_on,
            cause=lambda run: (
                "somebody pressed Ctrl-C while the answer was awaited, and "
                + (f"what left your function was `{raised_name(run)}`" if run.observation.raised else "you went on")
                + ". An interruption is a `KeyboardInterrupt`, no failure of the call: who caught it keeps the "
                "program from being stopped."
            ),
            next_step="Catch the SDK's errors by their classes; `except:` and `except BaseException:` catch more.",
            reread=DEADLINE,
        ),
        printed(DEADLINE),
        own_prompt(DEADLINE),
        first_block(DEADLINE),
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
                and (_too_early(run) or _too_many(run) or run.observation.stopped is not None)
            ),
            cause=lambda run: (
                f"you sent {len(run.wire)} requests"
                + (f" in {_took(run):.0f} s. " if _too_many(run) else ", one of them sooner than allowed. ")
                + "The API said that it had too much to do"
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
            id="every_error_has_a_response",
            applies=_failed_itself,
            cause=lambda run: (
                f"your function itself raised `{raised_name(run)}` where "
                + ("nobody answered" if run.case.name == REFUSED else "the answer was empty, and no JSON")
                + ": the error that came has no response and no status, and no wait was found in it."
            ),
            next_step="Read a status and headers of an `anthropic.APIStatusError` only, and let what you do not know "
            "go up.",
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
