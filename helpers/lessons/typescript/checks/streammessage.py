"""The check of `streamMessage`: the whole message from a stream, and the id by which support finds it."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.exact import same
from helpers.judging.mistakes import own_prompt
from helpers.judging.reading import ended_well, is_streamed, said_returned, shortened
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
from helpers.lessons.typescript import LESSON
from helpers.lessons.typescript.checks.shared import ENDS, IDS, LEFT, NEVER_SETTLES, PROMISES, UNHANDLED
from helpers.replay import Fixture, says, thinking_first

SEE: Final = "See it work"


def _cases(source: random.Random) -> Sequence[Case]:
    fixtures = {
        "text": says(draw_answer(source)),
        "two blocks": text_blocks(draw_answer(source), 2),
        "thinking first": thinking_first(draw_answer(source)),
    }
    return [*(_case(name, source, fixture) for name, fixture in fixtures.items()), cut_case(CUT, source)]


def _case(name: str, source: random.Random, fixture: Fixture) -> Case:
    case = stream_case(name, source, fixture)
    return replace(case, expected={**case.expected, "message": fixture.message})


def _message(run: Run) -> Any:
    return run.value.get("message") if isinstance(run.value, dict) else None


def _is_message(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") == "message"


def _wrong(run: Run) -> str | None:
    if run.case.name == CUT:
        raised = run.observation.raised is not None
        return None if raised else f"the answer was cut off: expected an error, you returned {shortened(run.value)}."
    if not isinstance(run.value, dict) or set(run.value) != {"message", "requestId"}:
        return f"expected {{ message, requestId }}, got {shortened(run.value)}."
    if not _is_message(_message(run)):
        return f"expected a message, got {shortened(_message(run))}."
    if not is_streamed(run) or len(run.wire) != 1:
        return "one streamed request is enough."
    if run.value["requestId"] != run.wire[0].request_id:
        return f"expected the id `{run.wire[0].request_id}`, got {shortened(run.value['requestId'])}."
    expected, got = substance(run.case.expected["message"]), substance(_message(run))
    return None if same(got, expected) else f"expected the message {shortened(expected)}, got {shortened(got)}."


def _said(run: Run) -> str:
    return "you returned a message" if _is_message(_message(run)) else said_returned(run)


CHECK: Final = Check(
    LESSON.exercise("streamMessage"),
    cases=_cases,
    right=_wrong,
    said=_said,
    misconceptions=(
        UNHANDLED,
        NEVER_SETTLES,
        LEFT,
        asked_twice(SEE),
        own_prompt(SEE),
        unstreamed(
            SEE,
            "You got a message, and a user has seen nothing until it was there.",
            "Use `client.messages.stream({ … })`.",
        ),
        Misconception(
            id="message_not_awaited",
            applies=lambda run: ended_well(run) and isinstance(run.value, dict) and _message(run) in ({}, None),
            cause="there is no message in what you returned: a promise that nobody awaited becomes `{}` on its way, "
            "and a stream that is still under way has no message yet.",
            next_step="Await it: `const message = await stream.finalMessage();`.",
            reread=PROMISES,
        ),
        Misconception(
            id="message_too_early",
            applies=lambda run: (
                run.case.name != CUT and _is_message(_message(run)) and _message(run).get("stop_reason") is None
            ),
            cause="the message that you returned has no stop reason: it was taken while the stream was under way.",
            next_step="Await `stream.finalMessage()`, and return that.",
            reread=PROMISES,
        ),
        half_returned(ENDS),
        Misconception(
            id="request_id_lost",
            applies=lambda run: (
                _is_message(_message(run)) and bool(run.wire) and run.value.get("requestId") != run.wire[0].request_id
            ),
            cause=lambda run: (
                f"your `requestId` is {shortened(run.value.get('requestId'))}, the wire says "
                f"`{run.wire[0].request_id}`. `message._request_id` is `undefined` where the message came from a "
                "stream, whose type does not have it at all; `message.id` is another id."
            ),
            next_step="Take it from the stream: `stream.request_id`.",
            reread=IDS,
        ),
    ),
    hints=(
        "Both come from the stream: one is a promise, the other a property.",
        "`await stream.finalMessage()` is the message. The message of a stream has no `_request_id`: the stream has a "
        "`request_id`, once its response has begun.",
        "`const stream = client.messages.stream({ … });` then `const message = await stream.finalMessage();` then "
        "`return { message, requestId: stream.request_id ?? null };`.",
    ),
    besides="Ours asks the stream for the id after it has waited: before the response there is none.",
)
