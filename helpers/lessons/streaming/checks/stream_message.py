"""The check of `stream_message`: the whole message, from a stream."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.exact import same
from helpers.judging.mistakes import own_prompt, printed
from helpers.judging.reading import is_streamed, said_returned, shortened
from helpers.judging.streams import (
    CUT,
    asked_twice,
    cut_case,
    half_returned,
    stream_case,
    substance,
    text_blocks,
    unstreamed,
)
from helpers.judging.words import draw_answer
from helpers.lessons.streaming import LESSON
from helpers.lessons.streaming.checks.shared import WHOLE
from helpers.replay import Fixture, blocks, says, thinking_first
from helpers.replay.events import Json


def _message_cases(source: random.Random) -> Sequence[Case]:
    order = source.randrange(1000, 9999)
    tool: Json = {"type": "tool_use", "id": f"toolu_{order}", "name": "find_order", "input": {"order": order}}
    remark: Json = {"type": "text", "text": "I look that up."}
    fixtures = {
        "text": says(draw_answer(source)),
        "two blocks": text_blocks(draw_answer(source), 2),
        "thinking first": thinking_first(draw_answer(source)),
        "a tool call": blocks([remark, tool], stop_reason="tool_use"),
    }
    return [*(_message_case(name, source, fixture) for name, fixture in fixtures.items()), cut_case(CUT, source)]


def _message_case(name: str, source: random.Random, fixture: Fixture) -> Case:
    case = stream_case(name, source, fixture)
    return replace(case, expected={**case.expected, "message": fixture.message})


def _is_message(run: Run) -> bool:
    return isinstance(run.value, dict) and run.value.get("type") == "message"


def _wrong_message(run: Run) -> str | None:
    if run.case.name == CUT:
        raised = run.observation.raised is not None
        return (
            None if raised else f"the answer was cut off: expected an exception, you returned {shortened(run.value)}."
        )
    if not _is_message(run):
        return f"expected a `Message`, got {shortened(run.value)}."
    if not is_streamed(run) or len(run.wire) != 1:
        return "one streamed request is enough."
    expected, got = substance(run.case.expected["message"]), substance(run.value)
    return None if same(got, expected) else f"expected the message {shortened(expected)}, got {shortened(got)}."


def _said_message(run: Run) -> str:
    if not _is_message(run):
        return said_returned(run)
    kinds = [str(block.get("type")) for block in substance(run.value)[0]]
    return f"{', '.join(kinds) or 'no blocks'} · {run.value.get('stop_reason')}"


CHECK: Final = Check(
    LESSON.exercise("stream_message"),
    cases=_message_cases,
    right=_wrong_message,
    said=_said_message,
    misconceptions=(
        asked_twice(WHOLE),
        own_prompt(WHOLE),
        unstreamed(
            WHOLE,
            "You got a message, and a user has seen nothing until it was there; above 21,333 tokens the SDK would not "
            "even have sent it.",
        ),
        printed(WHOLE),
        Misconception(
            id="stream_not_message",
            applies=lambda run: isinstance(run.value, dict) and "Stream" in str(run.value.get("not_json")),
            cause=lambda run: (
                f"you returned a `{run.value['not_json']}`: the means to read an answer, not the answer. Outside its "
                "`with` it is closed."
            ),
            next_step="Inside the `with`, return `stream.get_final_message()`.",
            reread=WHOLE,
        ),
        Misconception(
            id="text_not_message",
            applies=lambda run: isinstance(run.value, str),
            cause="you returned the text alone. Why it ended and what it cost are lost, and of a tool call there is "
            "nothing left.",
            next_step="Return the message: `stream.get_final_message()`.",
            reread=WHOLE,
        ),
        Misconception(
            id="message_too_early",
            applies=lambda run: run.case.name != CUT and _is_message(run) and run.value.get("stop_reason") is None,
            cause=lambda run: (
                "the message that you returned has no stop reason, and "
                f"{len(run.value.get('content') or [])} blocks: it was taken while the stream was still under way. "
                "What `message_start` carries, and `current_message_snapshot`, is the message so far."
            ),
            next_step="Let the stream come to its end: `stream.get_final_message()` reads what is left of it.",
            reread=WHOLE,
        ),
        half_returned(WHOLE),
        Misconception(
            id="put_together_by_hand",
            applies=lambda run: (
                isinstance(run.value, dict)
                and "content" in run.value
                and not same(substance(run.value), substance(run.case.expected["message"]))
            ),
            cause=lambda run: (
                f"your message differs from the one that was streamed: it should be "
                f"{shortened(substance(run.case.expected['message']), 90)}. What is put together from the text alone "
                "has no thinking, no tool call and no usage."
            ),
            next_step="The SDK has already put it together: `stream.get_final_message()`.",
            reread=WHOLE,
        ),
    ),
    hints=(
        "One request. The stream keeps what it has read, and can give you the whole at its end.",
        "You need not loop: the method that returns the message reads the rest of the stream first.",
        "Inside `with client.messages.stream(…) as stream:` the one line `return stream.get_final_message()`.",
    ),
    besides="Ours leaves the putting together to the SDK, whose `get_final_message()` also knows the kinds of "
    "block that your code does not.",
)
