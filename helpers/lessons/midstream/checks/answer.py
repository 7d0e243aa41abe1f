"""The check of `answer`: a whole answer, or an error.

Ours asks again after whatever breaks a stream and never for what stays as it is. What is asked of a learner is less: at
most so many streams, and no half answer for a whole one. An exception of another family that goes up is an error too.
"""

import random
from collections.abc import Callable, Sequence
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.endings import CUT_SHORT, FINAL, TEMPORARY, amid_the_text, new_reason
from helpers.judging.mistakes import own_prompt
from helpers.judging.reading import has_raised, noted, raised_name
from helpers.judging.words import draw_answer, draw_prompt
from helpers.lessons.midstream import LESSON
from helpers.lessons.midstream.checks.shared import text_of
from helpers.replay import Answer, EmptyBody, Fail, Fixture, Request, Scenario, says
from helpers.replay.pages import CAPTIVE_PORTAL
from helpers.replay.scenario import Step
from helpers.replay.wire import Ending

LEAST: Final = 8
"""Characters of an answer's beginning by which it is known again."""
EMPTY: Final = "empty, warm_stall, clean"
PAGE: Final = "page, always"
OTHER_FAMILIES: Final = "malformed, garbled, clean"
OTHER_ERROR: Final = "another error, clean"
INTERRUPTED: Final = "Ctrl-C"
ATTEMPTS: Final = 3
UNREAD: Final = ("DecodingError", "ValueError", "AssertionError")
"""What leaves a function that knows the errors of the SDK and of the connection: no success either."""


def _resumable(text: str) -> Callable[[Request], Fixture]:
    """Answers with `text`; with the rest of it, when the request holds its beginning and asks to go on."""

    def reply(request: Request) -> Fixture:
        asked = "\n".join(text_of(turn.get("content", "")) for turn in request.fields["messages"])
        starts = (text[:length] for length in range(len(text), LEAST, -1))
        sent = next((start for start in starts if start in asked), "")
        return says(text[len(sent) :])

    return reply


def _answer_cases(source: random.Random) -> Sequence[Case]:
    # Not the overload alone, and at one end of the stream or the other.
    other, first = source.choice(TEMPORARY[:-1]), source.random() < 0.5
    rarer = source.choice([*CUT_SHORT[1:], new_reason(source)])
    return [
        _answer_case("clean", source, 3, ("clean",), requests=1),
        _answer_case("cut, clean", source, 3, ("cut", "clean"), requests=2),
        _answer_case("truncate, clean", source, 3, ("truncate", "clean"), requests=2),
        _answer_case("error, stall, clean", source, 3, ("error_event", "stall", "clean"), requests=3),
        _answer_case(OTHER_FAMILIES, source, 3, ("malformed", "garbled", "clean"), requests=3),
        _answer_case(EMPTY, source, 3, (EmptyBody(), "warm_stall", "clean"), requests=3),
        _answer_case(OTHER_ERROR, source, 2, ("error_event", "clean"), requests=2, error=other, first=first),
        _answer_case("reset, always", source, 2, ("reset",) * 2, then="reset", requests=2, whole=False),
        _failing_case(PAGE, source, Fail(200, body=CAPTIVE_PORTAL.body), requests=3),
        _failing_case("529, always", source, Fail(529), requests=3),
        _failing_case("400", source, Fail(400), requests=1),
        _final_case("bad request inside", source, FINAL[0]),
        _final_case("final error inside", source, source.choice(FINAL[1:])),
        _stopped_case("max_tokens", source, CUT_SHORT[0]),
        _stopped_case("another stop reason", source, rarer),
        _answer_case(INTERRUPTED, source, 3, (), requests=1, interrupted=True),
    ]


def _answer_case(
    name: str,
    source: random.Random,
    attempts: int,
    steps: Sequence[Ending | Step],
    *,
    requests: int,
    then: Ending = "clean",
    whole: bool = True,
    error: str = "overloaded_error",
    first: bool = False,
    interrupted: bool = False,
) -> Case:
    text = draw_answer(source)
    message = _resumable(text)
    after = 0 if first else amid_the_text(source, says(text))
    script = tuple(
        Answer(message, ending=step, after=after, error=error) if isinstance(step, str) else step for step in steps
    )
    scenario = Scenario(name, name, script, Answer(message, ending=then, after=after))
    inputs = {"prompt": draw_prompt(source), "attempts": attempts, "interrupted": interrupted}
    return Case(name, scenario, inputs, {"text": text, "whole": whole, "requests": requests})


def _failing_case(name: str, source: random.Random, step: Step, *, requests: int, reason: str | None = None) -> Case:
    inputs = {"prompt": draw_prompt(source), "attempts": ATTEMPTS, "interrupted": False}
    expected = {"text": "", "whole": False, "requests": requests, "reason": reason}
    return Case(name, Scenario(name, name, then=step), inputs, expected)


def _final_case(name: str, source: random.Random, kind: str) -> Case:
    """An error inside a stream that is not going to pass."""
    message = says(draw_answer(source))
    step = Answer(message, ending="error_event", after=amid_the_text(source, message), error=kind)
    return _failing_case(name, source, step, requests=ATTEMPTS)


def _stopped_case(name: str, source: random.Random, reason: str) -> Case:
    """An answer that the model itself did not finish."""
    step = Answer(says(draw_answer(source), stop_reason=reason))
    return _failing_case(name, source, step, requests=ATTEMPTS, reason=reason)


def _right_answer(run: Run) -> str | None:
    expected = run.case.expected
    if run.case.name == INTERRUPTED:
        return None if _went_through(run) else "somebody interrupted your function, and it went on."
    if expected["whole"]:
        if run.value == expected["text"] or _went_up(run):
            return None
        got = f"you raised `{raised_name(run)}`" if run.observation.raised else f"you returned {run.value!r}"
        return f"expected the whole answer {expected['text']!r}, {got}."
    if run.observation.raised is None:
        return f"there was no whole answer to be had: expected an exception, you returned {run.value!r}."
    if len(run.wire) > expected["requests"]:
        return f"{expected['requests']} requests were enough to know, you sent {len(run.wire)}."
    return None


def _went_up(run: Run) -> bool:
    """Whether what only an unusual wire brings was let through, as what it is."""
    return run.case.name in (OTHER_FAMILIES, EMPTY) and has_raised(run, *UNREAD)


def _went_through(run: Run) -> bool:
    """Whether the interruption left the function, and nothing else did."""
    return noted(run, "went_through") is True and run.value is None


def _said_answer(run: Run) -> str:
    if _went_through(run):
        return "you let it through"
    if run.observation.stopped:
        return "stopped"
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    if not isinstance(run.value, str):
        return f"you returned {run.value!r}"
    return "you returned the whole" if run.value == run.case.expected["text"] else "you returned something else"


def _is_beginning(run: Run) -> bool:
    """Whether half an answer was returned as if it were whole."""
    text = run.case.expected["text"]
    return isinstance(run.value, str) and 0 < len(run.value) < len(text) and text.startswith(run.value)


def _begins_twice(run: Run) -> bool:
    text = run.case.expected["text"]
    start = " ".join(text.split(" ")[:3])
    return bool(text) and isinstance(run.value, str) and run.value.count(start) > 1


def _reason(run: Run) -> str | None:
    """The stop reason of an answer that is not whole, where there is one."""
    reason: str | None = run.case.expected.get("reason")
    return reason


CHECK: Final = Check(
    LESSON.exercise("answer"),
    cases=_answer_cases,
    right=_right_answer,
    said=_said_answer,
    misconceptions=(
        Misconception(
            id="tries_for_ever",
            applies=lambda run: (
                run.case.name == "reset, always"
                and (run.observation.stopped is not None or len(run.wire) > run.case.inputs["attempts"])
            ),
            cause=lambda run: (
                f"you sent {len(run.wire)} requests although `attempts` was {run.case.inputs['attempts']}. "
                "On a bad day every caller of yours does the same, and that keeps the day bad."
            ),
            next_step="Count the attempts, and raise `Unfinished` after the last.",
            reread="Exercise: `answer`",
        ),
        Misconception(
            id="retried_what_the_sdk_retried",
            applies=lambda run: run.case.name == "529, always" and len(run.wire) > 3,
            cause=lambda run: (
                f"your code sent {len(run.wire)} requests; 3 were enough: before the stream begins, the SDK has "
                "already tried three times."
            ),
            next_step="Try again only when the stream broke after its 200: for an `APIStatusError`, when its "
            "`status_code` is 200.",
            reread="Exercise: `answer`",
        ),
        Misconception(
            id="retried_a_400",
            applies=lambda run: run.case.name == "400" and len(run.wire) > 1,
            cause=lambda run: f"you sent the same bad request {len(run.wire)} times. It is not going to get better.",
            next_step="Let every status but 200 go up to the caller: the SDK has retried what can be retried.",
            reread="Exercise: `answer`",
        ),
        Misconception(
            id="silent_truncation",
            applies=lambda run: run.case.name == "truncate, clean" and _is_beginning(run),
            cause="you returned half an answer: the stream ended before `message_stop` and raised nothing. "
            "The only sign is that no stop reason has come.",
            next_step="Return only when the stop reason means whole; make the next attempt when there is none.",
            reread="See it lie",
        ),
        Misconception(
            id="half_an_answer",
            applies=lambda run: run.case.name != "truncate, clean" and _is_beginning(run),
            cause=lambda run: (
                f"you returned `{str(run.value)[:40]}…`, the half that arrived. Whoever called you cannot tell it from "
                "a whole answer."
            ),
            next_step="Make the next attempt; after the last one raise `Unfinished`.",
            reread="Exercise: `answer`",
        ),
        Misconception(
            id="shown_twice",
            applies=_begins_twice,
            cause="your answer begins twice: what the first attempt had brought is still there when the second one "
            "starts from the beginning.",
            next_step="Begin each attempt with an empty text, or ask the model to go on from what you have.",
            reread="Exercise: `answer`",
        ),
        Misconception(
            id="error_event_missed",
            applies=lambda run: (
                run.case.name == "error, stall, clean" and has_raised(run, "APIStatusError") and len(run.wire) == 1
            ),
            cause=lambda run: (
                f"`{raised_name(run)}` left your function at the first error event. Its `status_code` is 200, so "
                "neither `except anthropic.OverloadedError` nor `status_code >= 500` sees it."
            ),
            next_step="Catch `anthropic.APIStatusError`, and try again when its `status_code` is 200.",
            reread="What the `except` clause sees",
        ),
        Misconception(
            id="only_api_errors",
            applies=lambda run: run.case.name == "cut, clean" and has_raised(run, "TransportError"),
            cause=lambda run: (
                f"`{raised_name(run)}` left your function after the first attempt. It is an error of `httpx2`, "
                "so no `except` for an error of the SDK sees it."
            ),
            next_step="Catch `httpx2.TransportError` too, and make the next attempt.",
            reread="What the `except` clause sees",
        ),
        Misconception(
            id="nothing_raised",
            applies=lambda run: (
                not run.case.expected["whole"]
                and run.observation.raised is None
                and run.observation.stopped is None
                and _reason(run) is None
                and not _is_beginning(run)
            ),
            cause=lambda run: (
                f"you returned `{run.value!r}` where there was no answer. Whoever called you takes it for one, "
                "or finds out three functions later."
            ),
            next_step="Raise: let the SDK's error go up, and raise `Unfinished` when the last stream broke.",
            reread="Exercise: `answer`",
        ),
        Misconception(
            id="only_overloaded",
            applies=lambda run: run.case.name == OTHER_ERROR and has_raised(run, "APIStatusError"),
            cause=lambda run: (
                f"`{raised_name(run)}` left your function at the first error event. It was of the type "
                f"`{run.wire[0].error_type}`, which passes as an overload does."
            ),
            next_step="Try again for every type in `TEMPORARY`, not for `overloaded_error` alone.",
            reread="Name what you know",
        ),
        Misconception(
            id="any_stop_reason",
            applies=lambda run: _reason(run) is not None and isinstance(run.value, str),
            cause=lambda run: (
                f"you returned a text whose stop reason is `{_reason(run)}`: half an answer, or none, which has come "
                "to its end by the rules."
            ),
            next_step="Return where `stop_reason in WHOLE`; raise where it is any other.",
            reread="Name what you know",
        ),
        Misconception(
            id="interruption_swallowed",
            applies=lambda run: run.case.name == INTERRUPTED and bool(run.wire) and not _went_through(run),
            cause=lambda run: (
                "somebody pressed Ctrl-C in mid-answer, and your function "
                + (f"made `{raised_name(run)}` of it" if run.observation.raised else "went on")
                + f" after {len(run.wire)} streams. Whoever wants this call to end has to press again and again."
            ),
            next_step="Catch families below `Exception`. A bare `except:` and `except BaseException` take everything.",
            reread="Name what you know",
        ),
        own_prompt("See it work"),
    ),
    hints=(
        "Nobody sees the text before it is whole, so a broken stream can be thrown away and asked for again. Which of "
        "the failures has the SDK not retried for you, and which of those can another attempt mend?",
        "Three things call for another attempt: an `httpx2.HTTPError` or a `ValueError`; an `anthropic.APIStatusError` "
        "whose `status_code` is 200 and whose `type` is in `TEMPORARY`; and no stop reason. Everything else goes up.",
        "The shape: `for _ in range(attempts):` with `pieces = []` at its top, then "
        "`stop_reason = read_stream(stream, pieces.append)` in `with` and `try`; `continue` for what calls for another "
        "attempt, `raise` for the rest; return the text where `stop_reason in WHOLE`; raise where it is another; after "
        "the loop `raise Unfinished(...)`.",
    ),
    besides="Ours begins with an empty list for every stream, so that nothing of a broken one stands in the answer.",
)
