"""The check of `relay_until_gone`: upstream ends when nobody watches any more."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.mistakes import own_prompt
from helpers.lessons.watching import LESSON
from helpers.lessons.watching.checks.cases import (
    CANCELLED,
    CLEAN,
    DEAF,
    LEAVES,
    LEAVES_SILENCE,
    ended_cases,
    left_case,
    left_silence_case,
    two_pages,
)
from helpers.lessons.watching.checks.page import page
from helpers.lessons.watching.checks.passing_on import goes_on, left_behind, misconceptions, said_page, wrong_page
from helpers.lessons.watching.checks.relay import BREAK, BUFFERED, END, LEAVING, QUIET

SHARED: Final = (
    *("no_response", "never_answers", "flooded_the_page", "asked_again", "one_at_a_time", "other_media_type"),
    *("kept_by_a_proxy", "never_ends", "no_heartbeat", "cancellation_swallowed"),
)
"""Of the mistakes of `relay`, those that one can make anew around it."""


def _cases(source: random.Random) -> Sequence[Case]:
    return [
        *ended_cases(source),
        two_pages(source),
        left_case(DEAF, source, "deaf"),
        left_silence_case(LEAVES_SILENCE, source, "deaf"),
        left_case(LEAVES, source, "told"),
        left_case(CANCELLED, source, "cancelled"),
    ]


def _ended_at_once(run: Run) -> bool:
    seen = page(run)
    was_left = any(one.ending == "abandoned" for one in run.wire)
    return run.case.name == CLEAN and seen.over is not None and seen.last is None and was_left


def _unless_it_thinks(next_step: str) -> Misconception:
    """Upstream that goes on, also where text comes: where it does so only in silence, the cause is another one."""
    always = goes_on(next_step, LEAVING)
    return replace(always, applies=lambda run: run.case.name != LEAVES_SILENCE and always.applies(run))


CHECK: Final = Check(
    LESSON.exercise("relay_until_gone"),
    cases=_cases,
    right=wrong_page,
    said=said_page,
    misconceptions=(
        Misconception(
            id="gone_not_awaited",
            applies=_ended_at_once,
            cause="nobody had left, and you ended the answer. `gone()` gives something to wait for, and that is true "
            "in an `if`, whatever comes of it.",
            next_step="Write `if await gone():`.",
            reread=LEAVING,
        ),
        *(one for one in misconceptions(BREAK, END, QUIET, BUFFERED, LEAVING, "Exercise: `relay`") if one.id in SHARED),
        _unless_it_thinks(
            "Where `await gone()` says so, leave the loop, and close what you were reading: `async with aclosing(…)` "
            "does that, whichever way the block is left.",
        ),
        Misconception(
            id="asked_only_at_text",
            applies=lambda run: run.case.name == LEAVES_SILENCE and goes_on("", "").applies(run),
            cause=lambda run: (
                "the page was left while the model thought, and you asked `gone()` only when a piece of text had come: "
                "until then upstream went on."
            ),
            next_step="Ask at every heartbeat too: go over what `with_heartbeats` yields, not over the stream.",
            reread=QUIET,
        ),
        left_behind(LEAVING),
        own_prompt("See it work"),
    ),
    hints=(
        "Where does your relay come by often enough to ask? Not only where a piece of text has come.",
        "The response of `relay` has all that it yields in `body_iterator`: events, and a heartbeat at least every 15 "
        "seconds. Go over that, and ask before each.",
        "`async with aclosing(relay(client, prompt).body_iterator) as pieces:`, in it `async for piece in pieces:`, "
        "`if await gone(): return`, and `yield piece`. A new `StreamingResponse` is made of that generator, with the "
        "same media type and headers.",
    ),
    besides="Ours asks before it sends: what nobody reads need not be sent.",
)
