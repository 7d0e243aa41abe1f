"""The check of `streamSafely`: a stream, however it ends, judged as its sister in Python.

Not with `garbled`: what Node does with it hangs on when the bytes come.
"""

import random
from collections.abc import Sequence
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.endings import (
    BROKEN,
    CONNECTION,
    ENDINGS,
    any_stop_reason,
    asked_again,
    ending_cases,
    id_of_the_refusal_lost,
    no_reason_given,
    only_streams_that_began,
    request_id_lost,
    said_outcome,
    shown_at_the_end,
    silent_truncation,
    text_thrown_away,
    wrong_outcome,
)
from helpers.judging.mistakes import own_prompt
from helpers.judging.reading import has_raised, raised_name
from helpers.lessons.typescript import LESSON
from helpers.lessons.typescript.checks.shared import ANYWHERE, ENDS, IDS, KNOW

ID: Final = "requestId"


def _cases(source: random.Random) -> Sequence[Case]:
    return ending_cases(source, [ending for ending in ENDINGS if ending != "garbled"])


def _wrong(run: Run) -> str | None:
    return wrong_outcome(run, ID)


CHECK: Final = Check(
    LESSON.exercise("streamSafely"),
    cases=_cases,
    right=_wrong,
    said=said_outcome,
    misconceptions=(
        *ANYWHERE,
        Misconception(
            id="only_api_errors",
            applies=lambda run: run.case.name in CONNECTION and has_raised(run, "AnthropicError", "TypeError"),
            cause=lambda run: (
                f"`{raised_name(run)}` left your function. A connection that breaks is no `APIError` and has no "
                "`status`: the SDK throws an `AnthropicError`, `terminated`."
            ),
            next_step="Put `try` around everything, and let `catch` take whatever comes: an `Outcome` was promised.",
            reread=ENDS,
        ),
        Misconception(
            id="status_undefined",
            applies=lambda run: run.case.name in ("error_event", "error first") and has_raised(run, "APIError"),
            cause="`APIError` left your function. It is the API's own error event, in the middle of a stream: its "
            "`status` is `undefined`, neither 200 nor 529, so no comparison of numbers sees it.",
            next_step="Don't choose by `status`: whatever was thrown, the answer is not whole.",
            reread=ENDS,
        ),
        Misconception(
            id="other_errors",
            applies=lambda run: run.case.name in BROKEN and has_raised(run, "Error"),
            cause=lambda run: (
                f"`{raised_name(run)}` left your function. A list of what may go wrong always lacks one: an event "
                "that is no JSON, a stream without a message, a page that is not the API's."
            ),
            next_step="Let `catch` take whatever comes, and look at nothing but what you know to be good.",
            reread=KNOW,
        ),
        asked_again("Report what happened and send nothing more.", ENDS),
        silent_truncation(
            "Await `stream.finalMessage()`, and look at its `stop_reason`.",
            ENDS,
            "The `error` handler is not called, `done()` resolves, and a `for await` loop ends.",
        ),
        shown_at_the_end('Call `write` in the handler: `stream.on("text", …)`.', "See it work"),
        text_thrown_away("Add each piece to a text of your own, in the handler that writes it.", ENDS),
        request_id_lost(
            "Take it from the stream: `stream.request_id`.",
            IDS,
            "`message._request_id` is `undefined` for a stream, and an error of the connection has none.",
            ID,
        ),
        no_reason_given("Fill `error`: what was thrown, or the stop reason.", ENDS),
        any_stop_reason(
            "Say complete for `end_turn` and `stop_sequence`, and for no other: not for one that the API adds "
            "tomorrow either.",
            KNOW,
        ),
        only_streams_that_began("Put everything into the `try`, and return an `Outcome` from `catch` as well.", ENDS),
        id_of_the_refusal_lost(
            "Where the stream has none, ask the error: `error instanceof APIError ? error.requestID : null`.", IDS, ID
        ),
        own_prompt("See it work"),
    ),
    hints=(
        "One promise tells everything: `finalMessage()` resolves to a message, or throws. And even a message may have "
        "been cut short: its `stop_reason` says so.",
        '`let text = "";` before the `try`, and in the handler of `text` first `text += piece`, then `write(piece)`. '
        "The id is `stream.request_id`; where no stream began, `requestID` of the error has it.",
        "The shape: the stream and its handler; `try { const message = await stream.finalMessage(); … return … }` with "
        "`complete` where the stop reason is one of two; `catch (error) { return … }` with `complete: false`, "
        "`String(error)` and the id of the stream or the error.",
    ),
    besides="Ours looks at no class of errors to decide: whatever is thrown, the answer is not whole.",
)
