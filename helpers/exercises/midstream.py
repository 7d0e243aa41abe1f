"""Exercises of lesson 08: 200, and then it breaks."""

import random
from collections.abc import Sequence
from typing import Any, Final

from helpers.exercises.exercise import Case, Exercise, Misconception, Run
from helpers.exercises.stage import call_with_write
from helpers.exercises.words import draw_answer, draw_prompt
from helpers.replay import Answer, Scenario, says
from helpers.replay.wire import Ending

LESSON: Final = "08_midstream"
ENDINGS: Final[tuple[Ending, ...]] = ("clean", "error_event", "cut", "reset", "stall", "truncate")


def _ending_cases(source: random.Random) -> Sequence[Case]:
    return [_ending_case(ending, source) for ending in ENDINGS]


def _ending_case(ending: Ending, source: random.Random) -> Case:
    text = draw_answer(source)
    step = Answer(says(text), ending=ending, after=source.randrange(5, 12))
    return Case(ending, Scenario(ending, ending, then=step), {"prompt": draw_prompt(source)}, {"text": text})


def _said_complete(run: Run) -> str:
    if not isinstance(run.value, dict) or "complete" not in run.value:
        return "you raised" if run.observation.raised else "no Outcome"
    return "you said complete" if run.value["complete"] else "you said incomplete"


def _right_outcome(run: Run) -> str | None:
    value: Any = run.value
    if not isinstance(value, dict) or set(value) != {"text", "complete", "error", "request_id"}:
        return f"expected an `Outcome`, got `{value!r}`."
    if value["complete"] is not (run.case.name == "clean"):
        return f"`complete` must be {run.case.name == 'clean'}, yours is {value['complete']}."
    if value["text"] != "".join(run.observation.wrote):
        return f"`text` must be all that was written, yours is {value['text']!r}."
    return None


STREAM_SAFELY: Final = Exercise(
    name="stream_safely",
    lesson=LESSON,
    parameters=("client", "prompt", "write"),
    cases=_ending_cases,
    driver=call_with_write,
    right=_right_outcome,
    said=_said_complete,
    misconceptions=(
        Misconception(
            id="silent_truncation",
            applies=lambda run: (
                run.case.name == "truncate" and isinstance(run.value, dict) and run.value.get("complete") is True
            ),
            cause="you reported a complete answer, but the stream ended before `message_stop`. Nothing raises there: "
            "the only sign is that `stop_reason` is still `None`.",
            next_step="Read `stop_reason` after the loop, before you say complete.",
            reread="Understand",
        ),
    ),
    hints=("a", "b", "c"),
)

EXERCISES: Final = (STREAM_SAFELY,)
