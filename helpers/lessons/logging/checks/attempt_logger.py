"""The check of `attempt_logger`: one line for every attempt."""

import random
from collections.abc import Sequence
from typing import Any, Final

from helpers.facts.keys import draw_key
from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.exact import number, same
from helpers.judging.reading import has_raised, noted, raised_name, shortened
from helpers.judging.words import draw_answer, draw_prompt
from helpers.lessons.logging import LESSON
from helpers.lessons.logging.checks.shared import WHERE, count_of_lines, key_logged, logged_lines
from helpers.replay import Answer, Fail, Scenario, says
from helpers.replay.scenario import Step

ATTEMPTS: Final = "One line for every attempt"
TWICE: Final = "529, 529, answered"
LOST: Final = "connection lost, then answered"
BAD_REQUEST: Final = "400"
STREAM: Final = "a stream"
PAGE: Final = "502 with a page, then answered"
TWO_CALLS: Final = "two calls, 529 at first in each"


def _attempt_cases(source: random.Random) -> Sequence[Case]:
    text = draw_answer(source)
    answer = Answer(says(text))
    scripts: dict[str, tuple[tuple[Step, ...], Step]] = {
        TWICE: ((Fail(529), Fail(529)), answer),
        LOST: ((Answer(says(text), ending="cut", after=1),), answer),
        BAD_REQUEST: ((), Fail(400)),
        STREAM: ((), answer),
        PAGE: ((Fail(502),), answer),
        TWO_CALLS: ((Fail(529), answer, Fail(529)), answer),
    }
    return [
        Case(
            name,
            Scenario(name, name, script, then),
            {
                "prompt": draw_prompt(source),
                "streamed": name == STREAM,
                "key": draw_key(source),
                "calls": 2 if name == TWO_CALLS else 1,
            },
            {"text": None if name == BAD_REQUEST else text, "attempts": len(script) + 1},
        )
        for name, (script, then) in scripts.items()
    ]


def _expected_attempts(run: Run) -> list[list[Any]]:
    """Number, status and request id of each attempt, as the SDK could know them."""
    lost = [one.ending == "cut" for one in run.wire]
    return [
        [one.retry_count + 1, None if gone else one.status, None if gone else one.request_id]
        for one, gone in zip(run.wire, lost, strict=True)
    ]


def _numbers(run: Run) -> list[Any]:
    """The numbers of the attempts, as they were logged."""
    return [line.get("attempt") for line in logged_lines(run)]


def _counts_on(run: Run) -> bool:
    """Whether the second call goes on with the numbers of the first."""
    numbers = [number(one) for one in _numbers(run)]
    first = numbers[0] if numbers else None
    return run.case.name == TWO_CALLS and first is not None and same(numbers, [first + n for n in range(len(run.wire))])


def _wrong_attempts(run: Run) -> str | None:
    told = [[line.get("attempt"), line.get("status"), line.get("request_id")] for line in logged_lines(run)]
    if not same(told, _expected_attempts(run)):
        return f"expected lines with (attempt, status, request_id) of {_expected_attempts(run)}, got {told}."
    if run.value != run.case.expected["text"]:
        return f"expected that the caller gets {shortened(run.case.expected['text'])}, got {shortened(run.value)}."
    return None


CHECK: Final = Check(
    LESSON.exercise("attempt_logger"),
    cases=_attempt_cases,
    right=_wrong_attempts,
    said=count_of_lines,
    misconceptions=(
        Misconception(
            id="no_middleware",
            applies=lambda run: noted(run, "is_middleware") is False,
            cause="your function did not return a plain function. The SDK calls a middleware once for every attempt; "
            "a client that is not asynchronous takes no `async def`.",
            next_step="Define a function with `request` and `call_next` inside, and return it without calling it.",
            reread=ATTEMPTS,
        ),
        Misconception(
            id="error_swallowed",
            applies=lambda run: run.case.name == LOST and noted(run, "nothing") is True and len(logged_lines(run)) == 1,
            cause="the connection was lost, your middleware caught the error, and the SDK never heard of it: it did "
            "not try again, and the caller got `None`.",
            next_step="Log it, then `raise`.",
            reread=ATTEMPTS,
        ),
        Misconception(
            id="response_not_returned",
            applies=lambda run: noted(run, "nothing") is True,
            cause="your middleware returned `None`, and that became the answer: the caller got no message, and the "
            "SDK no status to retry.",
            next_step="Keep the response of `call_next(request)`, log it, and return it.",
            reread=ATTEMPTS,
        ),
        Misconception(
            id="asked_twice",
            applies=lambda run: len(run.wire) > run.case.expected["attempts"],
            cause=lambda run: (
                f"{len(run.wire)} requests went out, {run.case.expected['attempts']} were meant. `call_next(request)` "
                "is the request: calling it once to log and once to return sends it twice."
            ),
            next_step="Call `call_next(request)` once, and keep what it returns.",
            reread=ATTEMPTS,
        ),
        Misconception(
            id="stream_consumed",
            applies=lambda run: (
                run.case.name == STREAM
                and len(run.wire) == 1
                and (run.observation.raised is not None or (number(noted(run, "arrived_over")) or 0.0) < 1.0)
            ),
            cause="your middleware read the body of a stream. Nobody sees a word before the last one is written, or "
            "nobody sees any.",
            next_step="Log what the headers say, `response.status_code` and `response.request_id`, and leave the body.",
            reread=ATTEMPTS,
        ),
        Misconception(
            id="every_response_has_an_id",
            applies=lambda run: run.case.name == PAGE and has_raised(run, "KeyError", "AttributeError", "TypeError"),
            cause=lambda run: (
                f"your middleware raised `{raised_name(run)}` at a page of the edge, which has no request id. A log "
                "that raises ends the call that it was to describe: the SDK would have tried again, and been answered."
            ),
            next_step="Ask for what may not be there: `response.request_id` is None then.",
            reread=WHERE,
        ),
        Misconception(
            id="attempts_missing",
            applies=lambda run: run.case.name != LOST and len(logged_lines(run)) < len(run.wire),
            cause=lambda run: (
                f"{len(run.wire)} attempts, and {count_of_lines(run)}. Those that are missing are in no other log: "
                "the line for the call knows the last attempt alone."
            ),
            next_step="Log every response, whatever its status.",
            reread=ATTEMPTS,
        ),
        Misconception(
            id="no_line_without_response",
            applies=lambda run: run.case.name == LOST and len(logged_lines(run)) < len(run.wire),
            cause="the first attempt lost its connection, and there is no line of it. Where no response comes, "
            "`call_next` raises, and what stands below it does not run.",
            next_step="Put `call_next(request)` into a `try`; in `except Exception`, log `None` for status and request "
            "id, and raise again.",
            reread=ATTEMPTS,
        ),
        Misconception(
            id="attempt_from_zero",
            applies=lambda run: bool(logged_lines(run)) and same(logged_lines(run)[0].get("attempt"), 0),
            cause="your first attempt has the number 0: `retries_taken` counts the retries before it.",
            next_step="Log `request.retries_taken + 1`.",
            reread=ATTEMPTS,
        ),
        Misconception(
            id="counts_on",
            applies=_counts_on,
            cause=lambda run: (
                f"one client made two calls of two attempts, and your lines number them {shortened(_numbers(run))}. "
                "A middleware is made once for a client and sees all of its calls, those of other threads in between: "
                "what it counts itself is no call's."
            ),
            next_step="Take the number from the request, which knows its own: `request.retries_taken + 1`.",
            reread=ATTEMPTS,
        ),
        Misconception(
            id="request_id_lost",
            applies=lambda run: (
                len(logged_lines(run)) == len(run.wire)
                and any(
                    expected[2] is not None and line.get("request_id") != expected[2]
                    for line, expected in zip(logged_lines(run), _expected_attempts(run), strict=True)
                )
            ),
            cause="a line has not the request id of its attempt. Every attempt has an id of its own, and those of the "
            "failed ones are in no message.",
            next_step="Log `response.request_id`.",
            reread=WHERE,
        ),
        key_logged(lambda run: noted(run, "lines")),
    ),
    hints=(
        "A middleware is a function `(request, call_next)` that returns a response. Yours is made inside "
        "`attempt_logger`, so that it knows `logger`.",
        "`response = call_next(request)` sends the request. The response has `status_code` and `request_id`, the "
        "request has `retries_taken`. Where no response came, `call_next` raises.",
        "The shape: `def log_attempt(request, call_next):` with `status = request_id = None`; `try:` "
        "`response = call_next(request)`, note its two fields, `return response`; `finally:` "
        '`logger.info("attempt", extra={"attempt": request.retries_taken + 1, …})`. Then `return log_attempt`.',
    ),
    besides="Ours logs in a `finally` and passes the response on unread, so that it is the caller who reads a stream.",
)
