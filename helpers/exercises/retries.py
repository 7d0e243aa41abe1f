"""Exercises of lesson 06: how often is tried again, until when, and with which model."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, get_args
from unittest.mock import patch

from anthropic import Anthropic, APIError
from anthropic.resources.messages.messages import DEPRECATED_MODELS
from anthropic.types import Model

from helpers.exercises.exact import number, numbers
from helpers.exercises.exercise import Case, Exercise, Misconception, Run
from helpers.exercises.stage import Stage
from helpers.exercises.start_here import own_prompt, printed, returned_nothing, said_returned, shortened
from helpers.exercises.words import draw_answer, draw_prompt
from helpers.replay import Answer, Fail, Fixture, Scenario, says
from helpers.replay.events import events_of
from helpers.replay.scenario import Step
from helpers.settings import MODEL

LESSON: Final = "06_retries"
SDK: Final = "What the SDK does by itself"
CONFIGURE: Final = "What you configure"
STACKED: Final = "Nine instead of three"
DEADLINE: Final = "Until when"
FALLBACK: Final = "With what else"

EXPECTED_RETRIES: Final = 5
EXPECTED_TIMEOUT: Final = 30.0
DEFAULT_RETRIES: Final = 2
DEFAULT_TIMEOUT: Final = 600.0


def _raised(run: Run, *families: str) -> bool:
    raised = run.observation.raised
    return raised is not None and any(family in raised.families for family in families)


def _raised_name(run: Run) -> str:
    return run.observation.raised.type if run.observation.raised else "nothing"


def _note(run: Run, name: str) -> Any:
    return run.observation.notes.get(name)


# patient

OVERLOADED: Final = "always 529"
RECOVERS: Final = "529 five times"
ORIGINAL: Final = "the client you were given"


def use_client(function: Callable[..., Any], stage: Stage) -> Any:
    """Ask through the client that `function(client)` returns, or through the one that it was given."""
    made = function(stage.client)
    stage.notes["is_client"] = isinstance(made, Anthropic)
    if not isinstance(made, Anthropic):
        return None
    stage.notes["same_pool"] = made._client is stage.client._client
    if not stage.notes["same_pool"]:
        return None  # it could lead anywhere
    used = stage.client if stage.inputs["original"] else made
    try:
        used.messages.create(
            model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": stage.inputs["prompt"]}]
        )
    except APIError as error:
        return type(error).__name__
    return "answered"


def _patient_cases(source: random.Random) -> Sequence[Case]:
    fails = (Fail(529),) * EXPECTED_RETRIES
    return [
        _patient_case(RECOVERS, source, Scenario(RECOVERS, RECOVERS, fails, Answer(says(draw_answer(source))))),
        _patient_case(OVERLOADED, source, Scenario(OVERLOADED, OVERLOADED, then=Fail(529))),
        _patient_case(ORIGINAL, source, Scenario(ORIGINAL, OVERLOADED, then=Fail(529)), original=True),
    ]


def _patient_case(name: str, source: random.Random, scenario: Scenario, *, original: bool = False) -> Case:
    return Case(name, scenario, {"prompt": draw_prompt(source), "original": original})


def _is_original(run: Run) -> bool:
    return run.case.name == ORIGINAL


def _timeout(run: Run) -> float:
    """The read timeout of the first request; 0 when none was sent."""
    return run.wire[0].read_timeout if run.wire else 0.0


def _wrong_patience(run: Run) -> str | None:
    if not _note(run, "is_client"):
        return "expected an `Anthropic` client."
    retries, timeout = (DEFAULT_RETRIES, DEFAULT_TIMEOUT) if _is_original(run) else (EXPECTED_RETRIES, EXPECTED_TIMEOUT)
    if len(run.wire) != retries + 1:
        return f"expected {retries + 1} requests, {retries} retries after the first, got {len(run.wire)}."
    if _timeout(run) != timeout:
        return f"expected {timeout:g} s for each attempt, got {_timeout(run):g} s."
    return None


def _said_patience(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    if not run.wire:
        return "no client to ask with"
    return f"{_timeout(run):g} s for each attempt"


PATIENT: Final = Exercise(
    name="patient",
    lesson=LESSON,
    parameters=("client",),
    cases=_patient_cases,
    driver=use_client,
    right=_wrong_patience,
    said=_said_patience,
    misconceptions=(
        Misconception(
            id="no_client",
            applies=lambda run: _note(run, "is_client") is False,
            cause="your function returned something else than a client, so nobody can ask with it.",
            next_step="End the function with `return client.with_options(…)`.",
            reread=CONFIGURE,
        ),
        Misconception(
            id="own_client",
            applies=lambda run: _note(run, "same_pool") is False,
            cause="you built a client from nothing. It has connections of its own, and knows neither the key nor the "
            "address nor the middleware that the given one was made with.",
            next_step="Derive it from the one that you were given: `client.with_options(…)`.",
            reread=CONFIGURE,
        ),
        Misconception(
            id="changed_the_original",
            applies=lambda run: (
                _is_original(run)
                and bool(run.wire)
                and (len(run.wire) != DEFAULT_RETRIES + 1 or _timeout(run) != DEFAULT_TIMEOUT)
            ),
            cause=lambda run: (
                f"the client that you were given now sends {len(run.wire)} requests and waits {_timeout(run):g} s for "
                "each. Others use it too, and nobody told them."
            ),
            next_step="Leave `client` as it is: `with_options` returns a changed copy.",
            reread=CONFIGURE,
        ),
        Misconception(
            id="milliseconds",
            applies=lambda run: not _is_original(run) and _timeout(run) >= 1_000 * EXPECTED_TIMEOUT,
            cause=lambda run: (
                f"each attempt may take {_timeout(run):g} seconds, which is more than eight hours. The SDK for "
                "TypeScript counts in milliseconds, this one in seconds."
            ),
            next_step="Say it in seconds: `timeout=30`.",
            reread=CONFIGURE,
        ),
        Misconception(
            id="attempts_for_retries",
            applies=lambda run: not _is_original(run) and len(run.wire) in (EXPECTED_RETRIES, EXPECTED_RETRIES + 2),
            cause=lambda run: (
                f"{len(run.wire)} requests went out, and 5 retries are 6: the first attempt is not a retry."
            ),
            next_step="Give `max_retries` the number of retries, 5.",
            reread=SDK,
        ),
        Misconception(
            id="retries_forgotten",
            applies=lambda run: not _is_original(run) and len(run.wire) == DEFAULT_RETRIES + 1,
            cause="3 requests went out: those are the SDK's own two retries. A longer timeout adds none.",
            next_step="Set `max_retries=5` as well.",
            reread=CONFIGURE,
        ),
        Misconception(
            id="timeout_forgotten",
            applies=lambda run: not _is_original(run) and _timeout(run) == DEFAULT_TIMEOUT,
            cause="each attempt may still take 600 s, the SDK's default. Six of them are an hour.",
            next_step="Set `timeout=30` as well.",
            reread=CONFIGURE,
        ),
        Misconception(
            id="timeout_for_the_whole_call",
            applies=lambda run: not _is_original(run) and _timeout(run) not in (0.0, EXPECTED_TIMEOUT),
            cause=lambda run: (
                f"each attempt gets {_timeout(run):g} s. If you divided or multiplied 30 by the attempts: the timeout "
                "begins anew with every one of them, and none of the SDK's settings limits them all together."
            ),
            next_step="Give `timeout` what one attempt may take: 30.",
            reread=CONFIGURE,
        ),
    ),
    hints=(
        "Two settings of the client are enough, and the client that you were given must keep its own.",
        "`client.with_options(…)` returns a copy with other settings, on the same connections.",
        "`return client.with_options(max_retries=5, timeout=30)` is the whole function.",
    ),
)


# ask_within

AT_ONCE: Final = "answered at once"
SOON: Final = "429, in time"
LATE: Final = "429, too late"
ONCE: Final = "one 529"
ALWAYS: Final = "529, always"
SLOW: Final = "a slow answer"
BAD: Final = "400"
LONGEST_REAL_SLEEP: Final = 1.0
"""Seconds from which on a sleep is the learner's own: those of the SDK are shortened by the replay."""
GRACE: Final = 0.25
"""Seconds by which two clocks may differ."""


def within(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, prompt, seconds, clock)`; note how long that took, and what it really slept."""
    began = stage.clock.now()
    slept = stage.notes["slept"] = []
    with quick_sleeps(slept), _same_jitter():
        try:
            return function(stage.client, **stage.inputs, clock=stage.clock)
        finally:
            stage.notes["took"] = stage.clock.now() - began


@contextmanager
def _same_jitter() -> Iterator[None]:
    """Begin the random numbers anew, so that waits with jitter look the same in every run."""
    before = random.getstate()
    random.seed(0)
    try:
        yield
    finally:
        random.setstate(before)


@contextmanager
def quick_sleeps(slept: list[float], longest: float = LONGEST_REAL_SLEEP) -> Iterator[None]:
    """Skip sleeps of `longest` seconds and more, and note them: nobody should wait for a verdict.

    Only those of this thread: a notebook's kernel sleeps in others.
    """
    real_sleep, here = time.sleep, threading.get_ident()

    def sleep(seconds: float) -> None:
        if seconds < longest or threading.get_ident() != here:
            real_sleep(seconds)
        else:
            slept.append(seconds)

    with patch("time.sleep", sleep):
        yield


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
    ]


def _slow(text: str) -> Fixture:
    """An answer that nothing is heard of for 40 seconds."""
    return Fixture("slow", events_of([{"type": "text", "text": text}], first_delay=40.0))


def _within_case(
    name: str, source: random.Random, seconds: float, *script: Step, then: Step | None = None, wait: float = 0
) -> Case:
    text = draw_answer(source)
    inputs = {"prompt": draw_prompt(source), "seconds": seconds}
    scenario = Scenario(name, name, script, then or Answer(says(text)))
    return Case(name, scenario, inputs, {"text": text, "answered": name in (AT_ONCE, ONCE, SOON), "wait": wait})


def _seconds(run: Run) -> float:
    return float(run.case.inputs["seconds"])


def _took(run: Run) -> float:
    return number(_note(run, "took")) or 0.0


def _late(run: Run) -> bool:
    """Whether the function came back after its deadline, or sent something after it."""
    return _took(run) > _seconds(run) + GRACE or any(one.started > _seconds(run) + GRACE for one in run.wire)


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
            got = f"you raised `{_raised_name(run)}`" if run.observation.raised else f"got {shortened(run.value)}"
            return f"expected the answer {shortened(run.case.expected['text'])}, {got}."
        return None
    wanted = ("TimeoutError",) if run.case.name == SLOW else ("TimeoutError", "APIError")
    if not _raised(run, *wanted):
        got = f"you raised `{_raised_name(run)}`" if run.observation.raised else f"you returned {shortened(run.value)}"
        return f"there was no answer to be had in time: expected a `TimeoutError`, {got}."
    return None


def _said_within(run: Run) -> str:
    return f"{said_returned(run)} after {_took(run):.1f} s"


ASK_WITHIN: Final = Exercise(
    name="ask_within",
    lesson=LESSON,
    parameters=("client", "prompt", "seconds", "clock"),
    cases=_within_cases,
    driver=within,
    right=_right_within,
    said=_said_within,
    misconceptions=(
        printed(DEADLINE),
        own_prompt(DEADLINE),
        Misconception(
            id="really_slept",
            applies=lambda run: bool(numbers(_note(run, "slept"))),
            cause=lambda run: (
                f"you slept {numbers(_note(run, 'slept'))[0]:g} s with `time.sleep`, past the clock that you were "
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
            applies=lambda run: run.case.name != SLOW and _late(run),
            cause=lambda run: (
                f"you came back after {_took(run):.0f} s, and had {_seconds(run):g} s. Whoever asked you has left."
            ),
            next_step="Before each wait, ask whether it ends before the deadline; if not, raise at once.",
            reread=DEADLINE,
        ),
        Misconception(
            id="hammered",
            applies=lambda run: run.case.name != BAD and (_too_early(run) or run.observation.stopped is not None),
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
                run.case.name in (ONCE, SOON) and len(run.wire) == 1 and run.observation.raised is not None
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
            applies=lambda run: run.case.name == SLOW and _raised(run, "APITimeoutError"),
            cause=lambda run: (
                f"the answer took longer than the {_seconds(run):g} s, and the SDK's `APITimeoutError` left your "
                "function. It is an `APIError`, and no `TimeoutError`: who catches what you promise does not catch it."
            ),
            next_step="Catch `anthropic.APITimeoutError` around the attempt, and `raise TimeoutError(…) from error`.",
            reread=DEADLINE,
        ),
    ),
    hints=(
        "Note the deadline first: `clock.now() + seconds`. The SDK must not sleep for you, so its retries are off, and "
        "the loop is yours.",
        "In the `except` for 429 and 5xx: how long does `error.response.headers` ask you to wait? If that ends after "
        "the deadline, raise now. Each attempt's `timeout` is what is left.",
        "The shape: `deadline = clock.now() + seconds`, `wait = 0.5`, `while True:`; in it `try:` "
        "`client.with_options(max_retries=0, timeout=deadline - clock.now()).messages.create(…)` and return the text; "
        "`except anthropic.APITimeoutError as error: raise TimeoutError(…) from error`; "
        "`except (anthropic.RateLimitError, anthropic.InternalServerError) as error:`, then "
        '`pause = float(error.response.headers.get("retry-after", wait))`; raise `TimeoutError` when '
        "`clock.now() + pause >= deadline`; `clock.sleep(pause)`; `wait *= 2`.",
    ),
)


# ask_with_fallback

FIRST: Final = "the first answers"
SECOND: Final = "the first is overloaded"
NONE: Final = "all are overloaded"
NOT_OVERLOADED: Final = {"400": 400, "rate limited": 429, "server error": 500}


def _known_models() -> Sequence[str]:
    """Models that the SDK lists and does not call deprecated, without the course's own."""
    return sorted(set(get_args(get_args(Model)[0])) - set(DEPRECATED_MODELS) - {MODEL})


def _fallback_cases(source: random.Random) -> Sequence[Case]:
    return [
        _fallback_case(FIRST, source, asked=1),
        _fallback_case(SECOND, source, Fail(529), asked=2),
        _fallback_case(NONE, source, then=Fail(529), asked=3, answered=False),
        *(
            _fallback_case(name, source, then=Fail(status), asked=1, answered=False)
            for name, status in NOT_OVERLOADED.items()
        ),
    ]


def _fallback_case(
    name: str, source: random.Random, *script: Step, asked: int, then: Step | None = None, answered: bool = True
) -> Case:
    text = draw_answer(source)
    models = source.sample(_known_models(), 3)
    scenario = Scenario(name, name, script, then or Answer(says(text)))
    expected = {"text": text, "answered": answered, "asked": models[:asked]}
    return Case(name, scenario, {"prompt": draw_prompt(source), "models": models}, expected)


def _asked_models(run: Run) -> list[str]:
    return [one.body.get("model", "") if isinstance(one.body, dict) else "" for one in run.wire]


def _right_fallback(run: Run) -> str | None:
    asked = _asked_models(run)
    if asked != run.case.expected["asked"]:
        return f"expected requests to {run.case.expected['asked']}, got {asked}."
    if run.case.expected["answered"]:
        if run.value != run.case.expected["text"]:
            got = f"you raised `{_raised_name(run)}`" if run.observation.raised else f"got {shortened(run.value)}"
            return f"expected the answer {shortened(run.case.expected['text'])}, {got}."
    elif not _raised(run, "APIError"):
        return f"expected the SDK's error, because no answer came; got {shortened(run.value)}."
    return None


def _others_asked(run: Run) -> bool:
    return run.case.name in NOT_OVERLOADED and len(set(_asked_models(run))) > 1


ASK_WITH_FALLBACK: Final = Exercise(
    name="ask_with_fallback",
    lesson=LESSON,
    parameters=("client", "prompt", "models"),
    cases=_fallback_cases,
    right=_right_fallback,
    said=said_returned,
    misconceptions=(
        Misconception(
            id="stacked_retries",
            applies=lambda run: any(one.retry_count for one in run.wire),
            cause=lambda run: (
                f"{len(run.wire)} requests went out to {len(set(_asked_models(run)))} of the models: the SDK tries "
                "each of them three times before you hear of it. The customer waits for all of that."
            ),
            next_step="Ask with `client.with_options(max_retries=0)`: the next model is your retry.",
            reread=FALLBACK,
        ),
        Misconception(
            id="one_model_for_all",
            applies=lambda run: bool(run.wire) and not set(_asked_models(run)) <= set(run.case.inputs["models"]),
            cause=lambda run: (
                f"you asked `{_asked_models(run)[0]}`, which is not among the models that you were given."
            ),
            next_step="Give each request the model of this round of the loop.",
            reread=FALLBACK,
        ),
        Misconception(
            id="no_fallback",
            applies=lambda run: run.case.name == SECOND and len(run.wire) == 1 and _raised(run, "OverloadedError"),
            cause="the first model was overloaded, and its error left your function. The second was never asked.",
            next_step="Catch the 529 where it is raised: it is an `anthropic.OverloadedError`, not a `RateLimitError`.",
            reread=FALLBACK,
        ),
        Misconception(
            id="fell_back_on_anything",
            applies=_others_asked,
            cause=lambda run: (
                f"the answer was {NOT_OVERLOADED[run.case.name]}, and you asked {len(set(_asked_models(run)))} models. "
                "Another model does not mend your request, and hides from you what went wrong."
            ),
            next_step="Catch `anthropic.OverloadedError`, and nothing above it.",
            reread=FALLBACK,
        ),
        Misconception(
            id="error_swallowed",
            applies=lambda run: run.case.name == NONE and run.observation.raised is None,
            cause=lambda run: (
                f"all models were overloaded, and you returned {shortened(run.value)}. "
                "Whoever called you takes that for an answer."
            ),
            next_step="When the last model is overloaded too, raise its error.",
            reread=FALLBACK,
        ),
        Misconception(
            id="printed_not_returned",
            applies=lambda run: run.case.name == FIRST and returned_nothing(run),
            cause="your function returned `None`. What `print` shows does not reach the code that called you.",
            next_step="End the function with `return` and the text.",
            reread=FALLBACK,
        ),
        own_prompt(FALLBACK),
    ),
    hints=(
        "A loop over `models`, one request in each round. Which of the SDK's exceptions means overloaded, and which "
        "are above it and mean more?",
        "`client.with_options(max_retries=0)` sends one request. `except anthropic.OverloadedError` goes on to the "
        "next model; every other error goes up. And after the last one?",
        "The shape: `for model in models:` with a `try` that returns the joined text blocks, and "
        "`except anthropic.OverloadedError as error: overloaded = error`; after the loop `raise overloaded`.",
    ),
)

EXERCISES: Final = (PATIENT, ASK_WITHIN, ASK_WITH_FALLBACK)
