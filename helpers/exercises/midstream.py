"""Exercises of lesson 08: 200, and then it breaks."""

import random
from collections.abc import Callable, Sequence
from typing import Any, Final

from helpers.exercises.exercise import Case, Exercise, Misconception, Run
from helpers.exercises.stage import call_with_write
from helpers.exercises.start_here import turns_of
from helpers.exercises.words import draw_answer, draw_prompt
from helpers.replay import Answer, Fail, Fixture, Request, Scenario, says
from helpers.replay.scenario import Step
from helpers.replay.wire import Ending

LESSON: Final = "08_midstream"
ENDINGS: Final[tuple[Ending, ...]] = ("clean", "error_event", "cut", "reset", "stall", "truncate")
BROKEN: Final = ENDINGS[1:]
RAW: Final = ("cut", "reset", "stall")
"""The endings that reach the caller as an error of `httpx2`, not of the SDK."""


def _raised(run: Run, family: str) -> bool:
    return run.observation.raised is not None and family in run.observation.raised.families


def _raised_name(run: Run) -> str:
    return run.observation.raised.type if run.observation.raised else "nothing"


# stream_safely


def _ending_cases(source: random.Random) -> Sequence[Case]:
    return [_ending_case(ending, source) for ending in ENDINGS]


def _ending_case(ending: Ending, source: random.Random) -> Case:
    text = draw_answer(source)
    step = Answer(says(text), ending=ending, after=source.randrange(5, 12))
    return Case(ending, Scenario(ending, ending, then=step), {"prompt": draw_prompt(source)}, {"text": text})


def _field(run: Run, name: str) -> Any:
    """A field of the returned `Outcome`; None when none was returned."""
    return run.value.get(name) if isinstance(run.value, dict) else None


def _said(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    complete = _field(run, "complete")
    return "no Outcome" if complete is None else "you said complete" if complete else "you said incomplete"


def _right_outcome(run: Run) -> str | None:
    value = run.value
    if not isinstance(value, dict) or set(value) != {"text", "complete", "error", "request_id"}:
        return f"expected an `Outcome`, got `{value!r}`."
    whole = run.case.name == "clean"
    if value["complete"] is not whole:
        return f"`complete` must be {whole}, yours is {value['complete']!r}."
    if value["text"] != "".join(run.observation.wrote):
        return f"`text` must be everything that was written, yours is {value['text']!r}."
    if whole and value["text"] != run.case.expected["text"]:
        return f"the answer was {run.case.expected['text']!r}, yours is {value['text']!r}."
    if whole is not (value["error"] is None):
        return f"`error` must be {'None' if whole else 'a reason'}, yours is {value['error']!r}."
    return None


STREAM_SAFELY: Final = Exercise(
    name="stream_safely",
    lesson=LESSON,
    parameters=("client", "prompt", "write"),
    cases=_ending_cases,
    driver=call_with_write,
    right=_right_outcome,
    said=_said,
    misconceptions=(
        Misconception(
            id="nothing_caught",
            applies=lambda run: run.case.name == "error_event" and _raised(run, "APIError"),
            cause=lambda run: (
                f"`{_raised_name(run)}` left your function, and what had arrived left with it. "
                "An error event is raised inside the loop over the text."
            ),
            next_step="Put `try` around the whole `with` block, the loop included.",
            reread="Break it five times",
        ),
        Misconception(
            id="only_api_errors",
            applies=lambda run: run.case.name in RAW and _raised(run, "TransportError"),
            cause=lambda run: (
                f"`{_raised_name(run)}` left your function. It is an error of `httpx2`, the library under the SDK, "
                "so `except anthropic.APIError` does not see it."
            ),
            next_step="Catch the second family as well: `httpx2.TransportError`.",
            reread="Understand the five endings",
        ),
        Misconception(
            id="asked_again",
            applies=lambda run: len(run.wire) > 1,
            cause=lambda run: (
                f"you sent {len(run.wire)} requests. The user has already read the beginning of the first answer; "
                "a second one does not continue it."
            ),
            next_step="Report what happened and send nothing more. Trying again is a later exercise.",
            reread="Understand the five endings",
        ),
        Misconception(
            id="silent_truncation",
            applies=lambda run: run.case.name == "truncate" and _field(run, "complete") is True,
            cause="you reported a complete answer, but the stream ended before `message_stop`. Nothing raises there: "
            "the only sign is that `stop_reason` is still `None`.",
            next_step="Read `stop_reason` after the loop, before you say complete.",
            reread="See it lie",
        ),
        Misconception(
            id="shown_at_the_end",
            applies=lambda run: (
                run.case.name == "clean" and bool(_field(run, "text")) and len(run.observation.wrote) < 2
            ),
            cause=lambda run: (
                f"you called `write` {len(run.observation.wrote)} times. The user looked at an empty screen "
                "until the whole answer was there."
            ),
            next_step="Call `write` with each piece of `stream.text_stream`, as it arrives.",
            reread="See it work",
        ),
        Misconception(
            id="text_thrown_away",
            applies=lambda run: run.case.name in BROKEN and _field(run, "text") == "" and bool(run.observation.wrote),
            cause=lambda run: (
                f"the user has seen {len(run.observation.wrote)} pieces, and your `Outcome` says the text is empty. "
                "What arrived was paid for and can be continued."
            ),
            next_step="Keep each piece as you write it, so that it is still there when the loop raises.",
            reread="Half an answer is worth money",
        ),
        Misconception(
            id="request_id_lost",
            applies=lambda run: (
                isinstance(run.value, dict) and bool(run.wire) and _field(run, "request_id") != run.wire[0].request_id
            ),
            cause=lambda run: (
                f"your `request_id` is `{_field(run, 'request_id')}`, the wire says `{run.wire[0].request_id}`. "
                "The final message of a stream has none, and an error of `httpx2` has none either."
            ),
            next_step="Take it from `stream.request_id`, as the first thing inside the `with` block.",
            reread="Half an answer is worth money",
        ),
        Misconception(
            id="no_reason_given",
            applies=lambda run: (
                run.case.name in BROKEN and _field(run, "complete") is False and not _field(run, "error")
            ),
            cause="you say that the answer is incomplete, but not why: `error` is empty. "
            "Whoever reads the log tomorrow has five endings to choose from.",
            next_step="Fill `error`: the type of the exception, or that the stream ended before `message_stop`.",
            reread="Understand the five endings",
        ),
    ),
    hints=(
        "Two families of exceptions can leave the loop: the SDK's, below `anthropic.APIError`, and those of the HTTP "
        "library below the SDK, under `httpx2.TransportError`. And one ending raises nothing at all.",
        "After the loop, `stream.get_final_message().stop_reason` is None when the stream ended before its last event. "
        "The request id is `stream.request_id`, there from the first moment inside the `with` block.",
        "The shape: `text = ''` and `request_id = None` first; `try:` around `with … as stream:`; in it "
        "`request_id = stream.request_id`, then the loop, then read `stop_reason`; one `except` for both families that "
        "returns an incomplete Outcome; after it, incomplete when `stop_reason is None`, else complete.",
    ),
)


# continue_from


def _continuation_cases(source: random.Random) -> Sequence[Case]:
    return [_continuation_case(f"broken after {share:.0%}", source, share) for share in (0.25, 0.6)]


def _continuation_case(name: str, source: random.Random, share: float) -> Case:
    text = draw_answer(source)
    words = text.split(" ")
    kept = max(1, int(len(words) * share))
    partial, rest = " ".join(words[:kept]), " " + " ".join(words[kept:])
    scenario = Scenario(name, "the rest of a broken answer", then=Answer(says(rest)))
    return Case(name, scenario, {"prompt": draw_prompt(source), "partial": partial}, {"text": text, "rest": rest})


def _sent(run: Run) -> str:
    """Everything that the first request said, in one string."""
    body = run.wire[0].body if run.wire else None
    system = body.get("system", "") if isinstance(body, dict) else ""
    return "\n".join([_text_of(system), *(_text_of(turn.get("content", "")) for turn in turns_of(run))])


def _text_of(content: Any) -> str:
    if isinstance(content, str):
        return content
    found = content if isinstance(content, list) else []
    return "\n".join(str(block.get("text", "")) for block in found if isinstance(block, dict))


def _last_role(run: Run) -> str | None:
    turns = turns_of(run)
    return turns[-1].get("role") if turns else None


def _right_text(run: Run) -> str | None:
    if run.value == run.case.expected["text"]:
        return None
    return f"expected the whole answer {run.case.expected['text']!r}, yours is {run.value!r}."


CONTINUE_FROM: Final = Exercise(
    name="continue_from",
    lesson=LESSON,
    parameters=("client", "prompt", "partial"),
    cases=_continuation_cases,
    right=_right_text,
    misconceptions=(
        Misconception(
            id="prefilled_assistant",
            applies=lambda run: _last_role(run) == "assistant",
            cause="your last turn has the role `assistant`: a prefill. The API answers 400: models since 4.6 do not "
            "take one.",
            next_step="Put the partial text into a `user` turn and ask to go on from there.",
            reread="Half an answer is worth money",
        ),
        Misconception(
            id="partial_not_sent",
            applies=lambda run: bool(run.wire) and run.case.inputs["partial"] not in _sent(run),
            cause="your request does not hold the partial text. The model starts a new answer: it does not remember "
            "the stream that broke.",
            next_step="Send `partial` word for word, and ask for what comes after it.",
            reread="Half an answer is worth money",
        ),
        Misconception(
            id="prompt_not_sent",
            applies=lambda run: bool(run.wire) and run.case.inputs["prompt"] not in _sent(run),
            cause="your request holds the partial text, but not the question that it answers. The model has to guess.",
            next_step="Send the question too, before the partial text.",
            reread="Half an answer is worth money",
        ),
        Misconception(
            id="only_the_rest",
            applies=lambda run: isinstance(run.value, str) and run.value.strip() == run.case.expected["rest"].strip(),
            cause=lambda run: (
                f"you returned only what came second, `{str(run.value)[:40]}…`. The beginning is missing."
            ),
            next_step="Return `partial` and what the model adds to it, as one text.",
            reread="Exercise: `continue_from`",
        ),
        Misconception(
            id="glued",
            applies=lambda run: (
                isinstance(run.value, str)
                and run.value != run.case.expected["text"]
                and "".join(run.value.split()) == "".join(run.case.expected["text"].split())
            ),
            cause="the words are right, but the seam is not: `strip()` or a separator of your own changed the white "
            "space between the two parts.",
            next_step="Join `partial` and the new text as they are: the model sends the space that it needs.",
            reread="Exercise: `continue_from`",
        ),
    ),
    hints=(
        "The model remembers nothing. Which two texts does it need to go on where the stream broke?",
        "One `user` turn can hold both: the question, then that the answer was interrupted, and how it ended.",
        "Send one `user` turn made of `prompt`, a sentence such as `Your answer was interrupted. It ended with:`, "
        "`partial`, and `Go on from there, without repeating it.` Return `partial` plus the text blocks of the reply.",
    ),
)


# answer


def _resumable(text: str) -> Callable[[Request], Fixture]:
    """Answers with `text`; with the rest of it, when the request holds its beginning and asks to go on."""

    def reply(request: Request) -> Fixture:
        asked = "\n".join(_text_of(turn.get("content", "")) for turn in request.fields["messages"])
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
        got = f"you raised `{_raised_name(run)}`" if run.observation.raised else f"you returned {run.value!r}"
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


ANSWER: Final = Exercise(
    name="answer",
    lesson=LESSON,
    parameters=("client", "prompt", "attempts"),
    cases=_answer_cases,
    right=_right_answer,
    said=_said_answer,
    max_requests=20,
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
                run.case.name == "error, stall, clean" and _raised(run, "APIStatusError") and len(run.wire) == 1
            ),
            cause=lambda run: (
                f"`{_raised_name(run)}` left your function at the first error event. Its `status_code` is 200, so "
                "neither `except anthropic.OverloadedError` nor `status_code >= 500` sees it."
            ),
            next_step="Catch `anthropic.APIStatusError`, and try again when its `status_code` is 200.",
            reread="Understand the five endings",
        ),
        Misconception(
            id="only_api_errors",
            applies=lambda run: run.case.name == "cut, clean" and _raised(run, "TransportError"),
            cause=lambda run: (
                f"`{_raised_name(run)}` left your function after the first attempt. It is an error of `httpx2`, "
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

EXERCISES: Final = (STREAM_SAFELY, CONTINUE_FROM, ANSWER)
