"""The check of `answer`: a whole answer, or an error."""

import random
from collections.abc import Callable, Sequence
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import has_raised, raised_name
from helpers.judging.words import draw_answer, draw_prompt
from helpers.lessons.midstream import LESSON
from helpers.lessons.midstream.checks.shared import text_of
from helpers.replay import Answer, Fail, Fixture, Request, Scenario, says
from helpers.replay.scenario import Step
from helpers.replay.wire import Ending


def _resumable(text: str) -> Callable[[Request], Fixture]:
    """Answers with `text`; with the rest of it, when the request holds its beginning and asks to go on."""

    def reply(request: Request) -> Fixture:
        asked = "\n".join(text_of(turn.get("content", "")) for turn in request.fields["messages"])
        words = text.split(" ")
        starts = (" ".join(words[:count]) for count in range(len(words) - 1, 1, -1))
        sent = next((start for start in starts if start in asked), "")
        return says(text[len(sent) :])

    return reply


def _answer_cases(source: random.Random) -> Sequence[Case]:
    return [
        _answer_case("clean", source, 3, ("clean",), requests=1),
        _answer_case("cut, clean", source, 3, ("cut", "clean"), requests=2),
        _answer_case("truncate, clean", source, 3, ("truncate", "clean"), requests=2),
        _answer_case("error, stall, clean", source, 3, ("error_event", "stall", "clean"), requests=3),
        _answer_case("reset, always", source, 2, ("reset",) * 2, then="reset", requests=2, whole=False),
        _failing_case("529, always", source, 529, requests=3),
        _failing_case("400", source, 400, requests=1),
    ]


def _answer_case(
    name: str,
    source: random.Random,
    attempts: int,
    endings: Sequence[Ending],
    *,
    requests: int,
    then: Ending = "clean",
    whole: bool = True,
) -> Case:
    text = draw_answer(source)
    message = _resumable(text)
    after = source.randrange(5, 12)
    script: tuple[Step, ...] = tuple(Answer(message, ending=ending, after=after) for ending in endings)
    scenario = Scenario(name, name, script, Answer(message, ending=then, after=after))
    inputs = {"prompt": draw_prompt(source), "attempts": attempts}
    return Case(name, scenario, inputs, {"text": text, "whole": whole, "requests": requests})


def _failing_case(name: str, source: random.Random, status: int, *, requests: int) -> Case:
    inputs = {"prompt": draw_prompt(source), "attempts": 3}
    expected = {"text": "", "whole": False, "requests": requests}
    return Case(name, Scenario(name, name, then=Fail(status)), inputs, expected)


def _right_answer(run: Run) -> str | None:
    expected = run.case.expected
    if expected["whole"]:
        if run.value == expected["text"]:
            return None
        got = f"you raised `{raised_name(run)}`" if run.observation.raised else f"you returned {run.value!r}"
        return f"expected the whole answer {expected['text']!r}, {got}."
    if run.observation.raised is None:
        return f"there was no whole answer to be had: expected an exception, you returned {run.value!r}."
    if len(run.wire) > expected["requests"]:
        return f"{expected['requests']} requests were enough to know, you sent {len(run.wire)}."
    return None


def _said_answer(run: Run) -> str:
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
            "The only sign is that `stop_reason` is still `None`.",
            next_step="Return only when `stop_reason` is not `None`; else make the next attempt.",
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
            reread="Understand the five endings",
        ),
        Misconception(
            id="only_api_errors",
            applies=lambda run: run.case.name == "cut, clean" and has_raised(run, "TransportError"),
            cause=lambda run: (
                f"`{raised_name(run)}` left your function after the first attempt. It is an error of `httpx2`, "
                "so no `except` for an error of the SDK sees it."
            ),
            next_step="Catch `httpx2.TransportError` too, and make the next attempt.",
            reread="Understand the five endings",
        ),
        Misconception(
            id="nothing_raised",
            applies=lambda run: (
                not run.case.expected["whole"]
                and run.observation.raised is None
                and run.observation.stopped is None
                and not _is_beginning(run)
            ),
            cause=lambda run: (
                f"you returned `{run.value!r}` where there was no answer. Whoever called you takes it for one, "
                "or finds out three functions later."
            ),
            next_step="Raise: let the SDK's error go up, and raise `Unfinished` when the last stream broke.",
            reread="Exercise: `answer`",
        ),
    ),
    hints=(
        "Nobody sees the text before it is whole, so a broken stream can be thrown away and asked for again. Which of "
        "the failures has the SDK not retried for you?",
        "Three things call for another attempt: an `httpx2.TransportError`, an `anthropic.APIStatusError` whose "
        "`status_code` is 200, and a final message whose `stop_reason` is None. Everything else goes up.",
        "The shape: `for _ in range(attempts):` with a `try` in it; `message = stream.get_final_message()` inside the "
        "`with`; `continue` for the first two; return the joined text blocks when `stop_reason is not None`; after the "
        "loop `raise Unfinished(...)`.",
    ),
)
