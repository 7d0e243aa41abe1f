"""The check of `stream_safely`: a stream, however it ends."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.endings import (
    CONNECTION,
    WITHOUT_TEXT,
    answered_case,
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
from helpers.judging.reading import ended_well, has_raised, noted, raised_name
from helpers.lessons.midstream import LESSON
from helpers.lessons.midstream.drivers import INTERRUPTIONS

INTERRUPTED: Final = "Ctrl-C"


def _ending_cases(source: random.Random) -> Sequence[Case]:
    return [*ending_cases(source), _interrupted_case(source)]


def _interrupted_case(source: random.Random) -> Case:
    case = answered_case("clean", source, "end_turn")
    inputs = {**case.inputs, "interruption": source.choice(list(INTERRUPTIONS))}
    return Case(INTERRUPTED, case.scenario, inputs, case.expected)


def _went_through(run: Run) -> bool:
    """Whether the interruption left the function, and nothing else did."""
    return noted(run, "went_through") is True and run.value is None


def _said(run: Run) -> str:
    return "you let it through" if _went_through(run) else said_outcome(run)


def _right_outcome(run: Run) -> str | None:
    if run.case.name == INTERRUPTED:
        return None if _went_through(run) else "somebody interrupted your function, and it went on."
    return wrong_outcome(run)


def _uninterrupted(misconception: Misconception) -> Misconception:
    """The same, but of no function that somebody interrupted."""
    return replace(misconception, applies=lambda run: run.case.name != INTERRUPTED and misconception.applies(run))


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
            reread="Break it ten times",
        ),
        Misconception(
            id="only_api_errors",
            applies=lambda run: run.case.name in CONNECTION and has_raised(run, "TransportError"),
            cause=lambda run: (
                f"`{raised_name(run)}` left your function. It is an error of `httpx2`, the library under the SDK, "
                "so `except anthropic.APIError` does not see it."
            ),
            next_step="Catch the second family as well: `httpx2.TransportError`.",
            reread="What the `except` clause sees",
        ),
        asked_again(
            "Report what happened and send nothing more. Trying again is a later exercise.",
            reread="What the `except` clause sees",
        ),
        silent_truncation(
            "Read `stop_reason` after the loop, before you say complete.",
            reread="See it lie",
            why="Nothing raises there: the only sign is that no stop reason has come.",
        ),
        shown_at_the_end(
            "Call `write` with each piece of `stream.text_stream`, as it arrives.",
            reread="See it work",
        ),
        text_thrown_away(
            "Keep each piece as you write it, so that it is still there when the loop raises.",
            reread="Half an answer is worth money",
        ),
        _uninterrupted(
            request_id_lost(
                "Take it from `stream.request_id`, as the first thing inside the `with` block.",
                reread="Half an answer is worth money",
                why="The final message of a stream has none, and an error of `httpx2` has none either.",
            )
        ),
        no_reason_given(
            "Fill `error`: the type of the exception, or that the stream ended before `message_stop`.",
            reread="What the `except` clause sees",
        ),
        Misconception(
            id="other_families",
            applies=lambda run: (
                run.case.name in ("garbled", "malformed") and has_raised(run, "DecodingError", "ValueError")
            ),
            cause=lambda run: (
                f"`{raised_name(run)}` left your function. It is neither below `anthropic.APIError` nor below "
                "`httpx2.TransportError`: two families do not see every stream that breaks."
            ),
            next_step="Catch `httpx2.HTTPError`, which is above both of the library's, and `ValueError`, which is "
            "above `json.JSONDecodeError`.",
            reread="What the `except` clause sees",
        ),
        Misconception(
            id="no_message_yet",
            applies=lambda run: run.case.name in WITHOUT_TEXT and has_raised(run, "AssertionError"),
            cause="`AssertionError` left your function: before its first event a stream has no message, and "
            "`get_final_message()` and `current_message_snapshot` insist on one.",
            next_step="Use `read_stream`, or a loop of your own over the events, and keep what you need of them: then "
            "it is there however early the stream breaks.",
            reread="What the `except` clause sees",
        ),
        any_stop_reason(
            "Say complete for the two stop reasons that mean it, `end_turn` and `stop_sequence`, and for no "
            "other: not for one that the API adds tomorrow either.",
            reread="Name what you know",
        ),
        only_streams_that_began(
            "Put the whole `with` block into the `try`, and let the `except` clause use only what has a "
            "value before it.",
            reread="Name what you know",
        ),
        id_of_the_refusal_lost(
            'Where there was no stream to take it from, take it from the error: `getattr(error, "request_id", None)`.',
            reread="Name what you know",
        ),
        Misconception(
            id="interruption_swallowed",
            applies=lambda run: run.case.name == INTERRUPTED and ended_well(run) and not _went_through(run),
            cause=lambda run: (
                f"`{run.case.inputs['interruption']}` came while you wrote, and your function made an `Outcome` of it. "
                "Somebody wants this call to end: that is no stream that broke, and now nobody can stop the service."
            ),
            next_step="Catch families below `Exception`. A bare `except:`, `except BaseException` and a `return` in "
            "`finally` take everything.",
            reread="Name what you know",
        ),
        own_prompt("See it work"),
    ),
    hints=(
        "Three families of exceptions can leave the loop: `anthropic.APIError`, `httpx2.HTTPError` and `ValueError`. "
        "And four endings raise nothing: only the stop reason tells, and it comes in the event `message_delta`.",
        "`read_stream` gives you the stop reason, and hands each piece to several functions: to `write`, and to one "
        "that keeps it. The request id is `stream.request_id`, there from the first moment; where no stream began, the "
        "error has it.",
        "The shape: `pieces = []` and `request_id = None` first; `try:` around `with … as stream:`; in it "
        "`request_id = stream.request_id` and `stop_reason = read_stream(stream, pieces.append, write)`; one `except` "
        "for the three families that returns an incomplete Outcome; after it, complete where `stop_reason in WHOLE`.",
    ),
    besides="Ours keeps each piece before it shows it, so that nothing that was on the screen is missing in `text`.",
)
