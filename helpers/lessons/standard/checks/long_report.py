"""The check of `long_report`: answers too long to wait for."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from helpers.facts.patterns import UNSTREAMED_TOKENS
from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.mistakes import own_prompt, printed
from helpers.judging.reading import error_of, has_raised, said_returned, shortened, text_in, whole_text
from helpers.judging.words import text_case
from helpers.lessons.standard import LESSON
from helpers.lessons.standard.checks.shared import allowed_tokens

LONG: Final = "Too long to wait for"


def _long_cases(source: random.Random) -> Sequence[Case]:
    return [
        _long_case("short", source, source.randrange(300, 900)),
        _long_case("just allowed", source, UNSTREAMED_TOKENS),
        _long_case("one more", source, UNSTREAMED_TOKENS + 1),
        _long_case("a book", source, source.randrange(60_000, 128_000)),
    ]


def _long_case(name: str, source: random.Random, max_tokens: int) -> Case:
    case = text_case(name, source)
    return replace(case, inputs={**case.inputs, "max_tokens": max_tokens})


def _wrong_report(run: Run) -> str | None:
    text = text_in(run.value)
    if text is None:
        return f"expected a `Message`, got {shortened(run.value)}."
    if text != whole_text(run):
        return f"expected the message {shortened(whole_text(run))}, got {shortened(text)}."
    if len(run.wire) != 1:
        return f"one request is enough, but there were {len(run.wire)}."
    return None


def _unstreamed(run: Run) -> bool:
    body = run.wire[0].body if run.wire else None
    return isinstance(body, dict) and body.get("stream") is not True


def _said_report(run: Run) -> str:
    if isinstance(run.value, dict) and run.value.get("type") == "message":
        return (
            f"streamed, max_tokens {allowed_tokens(run):,}"
            if not _unstreamed(run)
            else f"unstreamed, max_tokens {allowed_tokens(run):,}"
        )
    return said_returned(run)


CHECK: Final = Check(
    LESSON.exercise("long_report"),
    cases=_long_cases,
    right=_wrong_report,
    said=_said_report,
    misconceptions=(
        Misconception(
            id="sdk_refused",
            applies=lambda run: has_raised(run, "ValueError") and "Streaming is required" in error_of(run).message,
            cause=lambda run: (
                f"the SDK refused {run.case.inputs['max_tokens']:,} tokens before it sent anything: an answer that "
                "long may take more than ten minutes, and a silent connection rarely lives that long."
            ),
            next_step="Stream the request. `stream.get_final_message()` gives the same `Message` at the end.",
            reread=LONG,
        ),
        Misconception(
            id="capped_max_tokens",
            applies=lambda run: 0 < allowed_tokens(run) < run.case.inputs["max_tokens"],
            cause=lambda run: (
                f"you were asked for up to {run.case.inputs['max_tokens']:,} tokens and sent "
                f"`max_tokens` {allowed_tokens(run):,}. Nothing raises any more, and long reports will end in "
                "mid-sentence."
            ),
            next_step="Send `max_tokens` as it was given, and stream the request.",
            reread=LONG,
        ),
        Misconception(
            id="timeout_overruled",
            applies=lambda run: run.case.inputs["max_tokens"] > UNSTREAMED_TOKENS and _unstreamed(run),
            cause=lambda run: (
                f"up to {run.case.inputs['max_tokens']:,} tokens were asked for unstreamed. A `timeout` of your own "
                "takes the SDK's objection away and leaves its reason: for minutes no byte travels, and networks cut "
                "such connections. The replay is kinder than they are."
            ),
            next_step="Stream the request, then no silence is long.",
            reread=LONG,
        ),
        replace(printed(LONG), next_step="End the function with `return` and the message."),
        Misconception(
            id="stream_not_message",
            applies=lambda run: isinstance(run.value, dict) and "Stream" in str(run.value.get("not_json")),
            cause=lambda run: (
                f"you returned a `{run.value['not_json']}`: the means to read an answer, not the answer. "
                "Its connection is still open, or closed and unread."
            ),
            next_step="Inside the `with`, return `stream.get_final_message()`.",
            reread=LONG,
        ),
        Misconception(
            id="text_not_message",
            applies=lambda run: isinstance(run.value, str),
            cause="you returned the text alone. The caller needs the whole message: without `stop_reason` nobody can "
            "tell a whole report from half of one.",
            next_step="Return the message, and leave the text to `usable_text`.",
            reread=LONG,
        ),
        own_prompt(LONG),
    ),
    hints=(
        "No `max_tokens` is too large for a streamed request. Nobody has to see the words arrive.",
        "`client.messages.stream(…)` takes what `create` takes. It is a context manager: use it in a `with`.",
        "Inside `with client.messages.stream(…) as stream:` the one line `return stream.get_final_message()` waits for "
        "the end.",
    ),
    besides="Ours streams every length, and so needs to know no limit of the SDK's.",
)
