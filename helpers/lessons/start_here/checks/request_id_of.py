"""The check of `request_id_of`: the id of the request that brought a message."""

import random
from collections.abc import Sequence
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.mistakes import printed
from helpers.judging.reading import said_returned, shortened
from helpers.judging.words import text_case
from helpers.lessons.start_here import LESSON
from helpers.replay import Fail

REQUEST_ID: Final = "Every answer has a request id"


def _request_id_cases(source: random.Random) -> Sequence[Case]:
    return [text_case("one call", source), text_case("after a 529", source, 1, Fail(529))]


def _request_id(run: Run) -> str:
    """The id of the request that the driver's message came with: the function may have sent others after it."""
    return next((one.request_id or "" for one in run.wire if one.whole), "")


def _wrong_request_id(run: Run) -> str | None:
    if run.value == _request_id(run) != "":
        return None
    return f"expected the id of the request that was answered, `{_request_id(run)}`, got {shortened(run.value)}."


def _raised(run: Run, *types: str) -> bool:
    raised = run.observation.raised
    return raised is not None and raised.type in types and "request" in raised.message


def _said_id(run: Run) -> str:
    return f"you returned {run.value[:8]}…" if isinstance(run.value, str) else said_returned(run)


CHECK: Final = Check(
    LESSON.exercise("request_id_of"),
    cases=_request_id_cases,
    right=_wrong_request_id,
    said=_said_id,
    misconceptions=(
        printed(REQUEST_ID),
        Misconception(
            id="message_id",
            applies=lambda run: isinstance(run.value, str) and run.value.startswith("msg_"),
            cause=lambda run: (
                f"you returned `{run.value}`, the id of the message. It names the answer; the request "
                "that brought it has another id, and support asks for that one."
            ),
            next_step="Look for the attribute whose value begins with `req_`.",
            reread=REQUEST_ID,
        ),
        Misconception(
            id="no_public_name",
            applies=lambda run: _raised(run, "AttributeError"),
            cause="a message has no attribute `request_id`. A stream and an error have one; a message keeps it under "
            "a name with an underscore before it, because it is not a field of the message.",
            next_step="Read `message._request_id`. The underscore is the SDK's own, documented name.",
            reread=REQUEST_ID,
        ),
        Misconception(
            id="looked_in_body",
            applies=lambda run: _raised(run, "KeyError"),
            cause="you looked for the id among the message's fields. It is none of them: it came in the header "
            "`request-id` of the response, beside the message.",
            next_step="Read it from the message object itself: `message._request_id`.",
            reread=REQUEST_ID,
        ),
        Misconception(
            id="own_id",
            applies=lambda run: isinstance(run.value, str) and _request_id(run) not in run.value,
            cause=lambda run: (
                f"you returned {shortened(run.value)}, which never was on the wire. An id that you made "
                "up finds your own log line, but nobody at the API knows it."
            ),
            next_step="Return the id that the API gave the request: `message._request_id`.",
            reread=REQUEST_ID,
        ),
    ),
    hints=(
        "The id travels in the header `request-id` of the response. The SDK keeps it on the message that it returns.",
        "It is not a field of the message, so its name begins with an underscore.",
        "`return message._request_id` is the whole function.",
    ),
    besides="The id is no field of the body: ours takes the SDK's `_request_id`, which comes from the response's "
    "headers.",
)
