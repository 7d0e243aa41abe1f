"""The check of `patient`: a client with more patience."""

import random
from collections.abc import Sequence
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import noted
from helpers.judging.words import draw_answer, draw_prompt
from helpers.lessons.retries import LESSON
from helpers.replay import Answer, Fail, Scenario, says

SDK: Final = "What the SDK does by itself"
CONFIGURE: Final = "What you configure"
EXPECTED_RETRIES: Final = 5
EXPECTED_TIMEOUT: Final = 30.0
DEFAULT_RETRIES: Final = 2
DEFAULT_TIMEOUT: Final = 600.0
OVERLOADED: Final = "always 529"
RECOVERS: Final = "529 five times"
ORIGINAL: Final = "the client you were given"


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
    if not noted(run, "is_client"):
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


CHECK: Final = Check(
    LESSON.exercise("patient"),
    cases=_patient_cases,
    right=_wrong_patience,
    said=_said_patience,
    misconceptions=(
        Misconception(
            id="no_client",
            applies=lambda run: noted(run, "is_client") is False,
            cause="your function returned something else than a client, so nobody can ask with it.",
            next_step="End the function with `return client.with_options(…)`.",
            reread=CONFIGURE,
        ),
        Misconception(
            id="own_client",
            applies=lambda run: noted(run, "same_pool") is False,
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
    besides="Ours shares its connections with the client that it was given: `with_options` copies the settings alone.",
)
