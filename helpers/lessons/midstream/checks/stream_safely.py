"""The check of `stream_safely`: a stream, however it ends."""

import random
from collections.abc import Sequence
from typing import Any, Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import has_raised, raised_name
from helpers.judging.words import draw_answer, draw_prompt
from helpers.lessons.midstream import LESSON
from helpers.replay import Answer, Scenario, says
from helpers.replay.wire import Ending

ENDINGS: Final[tuple[Ending, ...]] = ("clean", "error_event", "cut", "reset", "stall", "truncate")
BROKEN: Final = ENDINGS[1:]
RAW: Final = ("cut", "reset", "stall")
"""The endings that reach the caller as an error of `httpx2`, not of the SDK."""


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


CHECK: Final = Check(
    LESSON.exercise("stream_safely"),
    cases=_ending_cases,
    right=_right_outcome,
    said=_said,
    misconceptions=(
        Misconception(
            id="nothing_caught",
            applies=lambda run: run.case.name == "error_event" and has_raised(run, "APIError"),
            cause=lambda run: (
                f"`{raised_name(run)}` left your function, and what had arrived left with it. "
                "An error event is raised inside the loop over the text."
            ),
            next_step="Put `try` around the whole `with` block, the loop included.",
            reread="Break it five times",
        ),
        Misconception(
            id="only_api_errors",
            applies=lambda run: run.case.name in RAW and has_raised(run, "TransportError"),
            cause=lambda run: (
                f"`{raised_name(run)}` left your function. It is an error of `httpx2`, the library under the SDK, "
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
