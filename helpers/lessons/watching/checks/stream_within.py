"""The check of `stream_within`: a stream, given up when it makes no progress, and at no other time."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.endings import (
    BROKEN,
    answered_case,
    any_stop_reason,
    asked_again,
    ending_cases,
    field_of,
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
from helpers.judging.exact import number
from helpers.judging.mistakes import own_prompt
from helpers.judging.reading import calls_made, ended_well, has_raised, noted, raised_name
from helpers.judging.words import draw_answer
from helpers.lessons.watching import LESSON
from helpers.lessons.watching.checks.passing_on import going_on, left_behind
from helpers.replay import Answer, Fixture, says, thinking_first
from helpers.replay.events import PING

THINKS: Final = "thinks for minutes"
SLOW: Final = "writes slowly"
CANCELED: Final = "canceled"
PAGE_GONE: Final = "the page has gone"
NOTHING: Final = "nothing comes at all"
SILENCE: Final = ("stall", NOTHING)
STALLED: Final = (*SILENCE, "warm_stall")
NEAR: Final = 1.0
"""Seconds by which whoever gives up may be early or late."""
PING_SECTION: Final = "A ping is no progress"
EXERCISE: Final = "Exercise: `stream_within`"
SILENT_ENDS: Final = "What became of it"


def _cases(source: random.Random) -> Sequence[Case]:
    patience = float(source.randrange(20, 50))
    cases = [
        *ending_cases(source),
        _paced(SLOW, source, patience, thinks=False),
        _paced(THINKS, source, patience, thinks=True),
        _nothing(source),
        answered_case(CANCELED, source, "end_turn"),
        answered_case(PAGE_GONE, source, "end_turn"),
    ]
    return [_with(case, patience) for case in cases]


def _with(case: Case, patience: float) -> Case:
    interrupted = {CANCELED: "cancelled", PAGE_GONE: "write fails"}.get(case.name, "")
    return replace(case, inputs={**case.inputs, "patience": patience, "interrupted": interrupted})


def _nothing(source: random.Random) -> Case:
    """A stream that begins, and brings not one event."""
    case = answered_case(NOTHING, source, "end_turn")
    silence = Answer(says(draw_answer(source)), ending="stall", after=0)
    expected = {"text": "", "reason": None, "complete": False}
    return replace(case, scenario=replace(case.scenario, then=silence), expected=expected)


def _paced(name: str, source: random.Random, patience: float, *, thinks: bool) -> Case:
    """An answer that takes several times as long as somebody's patience, and never pauses for as long."""
    case = answered_case(name, source, "end_turn")
    text = draw_answer(source)
    message = (
        thinking_first(text, "The customer wants to know where it is, and when it comes.") if thinks else says(text)
    )
    kind = "thinking_delta" if thinks else "text_delta"
    events = tuple(
        replace(one, delay=patience * source.uniform(0.6, 0.9))
        if one.data.get("delta", {}).get("type") == kind
        else one
        for one in message.events
    )
    answer = Answer(Fixture(name, events))
    return replace(
        case,
        scenario=replace(case.scenario, then=answer),
        expected={"text": text, "reason": "end_turn", "complete": True},
    )


def _right(run: Run) -> str | None:
    if run.case.name == CANCELED:
        if not _went_through(run):
            return "somebody canceled your function, and it went on."
        return None if _is_closed(run) else "the connection to the API was left open."
    if run.case.name == PAGE_GONE:
        if not has_raised(run, "BrokenPipeError"):
            return "`write` raised an error of its own, and it did not leave your function."
        return None if _is_closed(run) else "the connection to the API was left open."
    wrong = wrong_outcome(run)
    if wrong is not None:
        return wrong
    if run.case.name in STALLED and abs(_late(run)) > NEAR:
        return (
            f"you gave up {_waited(run):.0f} s after the last sign of progress, your patience was {_patience(run):g} s."
        )
    if run.case.name in STALLED and not _is_closed(run):
        return "the connection to the API was left open."
    return f"{going_on(run)} of your tasks went on." if going_on(run) else None


def _patience(run: Run) -> float:
    return float(run.case.inputs["patience"])


def _waited(run: Run) -> float:
    """Seconds from the last sign of progress to the end of the function."""
    progress = [moment for one in run.wire for name, moment in one.events if name != PING.name]
    return (number(noted(run, "ended")) or 0.0) - max(progress, default=0.0)


def _late(run: Run) -> float:
    return _waited(run) - _patience(run)


def _is_closed(run: Run) -> bool:
    return all(one.ending == "abandoned" for one in run.wire)


def _went_through(run: Run) -> bool:
    return noted(run, "went_through") is True and run.value is None


def _said(run: Run) -> str:
    return "you let it through" if _went_through(run) else said_outcome(run)


def _is_over_early(run: Run) -> bool:
    """Whether it had ended before the answer had, as it should."""
    return run.case.name in STALLED or _went_through(run) or has_raised(run, "BrokenPipeError")


def _gave_up_on(run: Run, name: str) -> bool:
    """Whether it did not wait for the whole of an answer that was on its way."""
    return run.case.name == name and (field_of(run, "complete") is False or has_raised(run, "TimeoutError"))


CHECK: Final = Check(
    LESSON.exercise("stream_within"),
    cases=_cases,
    right=_right,
    said=_said,
    misconceptions=(
        Misconception(
            id="patience_escapes",
            applies=lambda run: run.case.name in STALLED and has_raised(run, "TimeoutError", "CancelledError"),
            cause=lambda run: (
                f"`{raised_name(run)}` left your function when your patience was over. Whoever called it gets neither "
                "the text that had come nor the request id."
            ),
            next_step="Catch `TimeoutError` around the `async with` that sets the deadline, and make an `Outcome` of "
            "it.",
            reread=EXERCISE,
        ),
        Misconception(
            id="errors_escape",
            applies=lambda run: (
                run.case.name in BROKEN
                and has_raised(run, "APIError", "HTTPError", "JSONDecodeError", "AssertionError")
            ),
            cause=lambda run: (
                f"`{raised_name(run)}` left your function: the stream broke before your patience was over. A deadline "
                "ends silence, and the other endings are still there."
            ),
            next_step="Catch `anthropic.APIError`, `httpx2.HTTPError` and `ValueError` as well.",
            reread=SILENT_ENDS,
        ),
        Misconception(
            id="patience_ignored",
            applies=lambda run: run.case.name in SILENCE and calls_made(run) == 1 and _late(run) > NEAR,
            cause=lambda run: (
                f"nothing came any more, and you waited {_waited(run):.0f} s. Your patience was {_patience(run):g} s."
            ),
            next_step="Put a deadline around all of it: `async with asyncio.timeout(patience) as deadline`.",
            reread=PING_SECTION,
        ),
        Misconception(
            id="pings_reset_it",
            applies=lambda run: run.case.name == "warm_stall" and _late(run) > NEAR,
            cause=lambda run: (
                f"nothing but pings came any more, and you waited {_waited(run):.0f} s, with a patience of "
                f"{_patience(run):g} s. A read timeout waits for bytes, and a ping is some; and your loop does not run "
                "meanwhile, because the SDK hands no ping on."
            ),
            next_step="Put a deadline beside the loop: `async with asyncio.timeout(patience) as deadline`.",
            reread=PING_SECTION,
        ),
        Misconception(
            id="deadline_on_the_whole",
            applies=lambda run: _gave_up_on(run, SLOW),
            cause=lambda run: (
                f"a piece of text came at least every {0.9 * _patience(run):.0f} s, and you gave up. Your patience "
                "was over because it was counted from the start: so a long answer never comes to its end."
            ),
            next_step="Put the deadline off at each event: `deadline.reschedule(clock.now() + patience)`.",
            reread=PING_SECTION,
        ),
        Misconception(
            id="thinking_trips_it",
            applies=lambda run: _gave_up_on(run, THINKS),
            cause=lambda run: (
                f"the model thought aloud, a piece at least every {0.9 * _patience(run):.0f} s, and you gave up. Only "
                "text counts for you, and a model that thinks for minutes makes progress too."
            ),
            next_step="Put the deadline off at every event that the SDK hands on: go over `stream`, not over "
            "`stream.text_stream`.",
            reread=PING_SECTION,
        ),
        Misconception(
            id="gave_up_early",
            applies=lambda run: run.case.name in STALLED and ended_well(run) and _late(run) < -NEAR,
            cause=lambda run: (
                f"you gave up {_waited(run):.0f} s after the last sign of progress. Your patience was "
                f"{_patience(run):g} s."
            ),
            next_step="Count from the last event, in seconds: `clock.now() + patience`.",
            reread=PING_SECTION,
        ),
        Misconception(
            id="left_open",
            applies=lambda run: _is_over_early(run) and not _is_closed(run) and _late(run) <= NEAR,
            cause="you had returned, and the connection to the API was still open. Whatever it sends is paid for.",
            next_step="Open the stream with `async with`, inside the deadline: then whatever ends the block closes it.",
            reread="The user leaves",
        ),
        asked_again(
            "Report what happened and send nothing more. Asking again is for the user.",
            reread=SILENT_ENDS,
        ),
        silent_truncation(
            "Keep the stop reason of `message_delta`, and say complete where it is in `WHOLE`.",
            reread=SILENT_ENDS,
            why="Nothing raises there: the only sign is that no stop reason has come.",
        ),
        shown_at_the_end("Call `write` for each event `text`, as it comes.", reread=EXERCISE),
        text_thrown_away("Keep each piece as you write it.", reread=SILENT_ENDS),
        request_id_lost(
            "Take it from `stream.request_id`, as the first thing inside the `async with`.",
            reread=SILENT_ENDS,
            why="Neither a `TimeoutError` nor an error of `httpx2` has one.",
        ),
        no_reason_given(
            "Fill `error`: that no progress was made, the exception, or the stop reason.",
            reread=SILENT_ENDS,
        ),
        any_stop_reason(
            "Say complete for the two stop reasons in `WHOLE`, and for no other.",
            reread=SILENT_ENDS,
        ),
        only_streams_that_began(
            "Put the whole `async with` into the `try`.",
            reread=SILENT_ENDS,
        ),
        id_of_the_refusal_lost(
            'Where there was no stream to take it from, take it from the error: `getattr(error, "request_id", None)`.',
            reread=SILENT_ENDS,
        ),
        Misconception(
            id="cancellation_swallowed",
            applies=lambda run: run.case.name == CANCELED and ended_well(run) and not _went_through(run),
            cause="somebody canceled your function while it wrote, and it made an `Outcome` of that. A deadline "
            "cancels too, but `asyncio.timeout` turns its own into a `TimeoutError`: a `CancelledError` that you see "
            "is somebody else's.",
            next_step="Catch `TimeoutError`, and never `CancelledError` or `BaseException`.",
            reread=EXERCISE,
        ),
        Misconception(
            id="write_swallowed",
            applies=lambda run: run.case.name == PAGE_GONE and ended_well(run),
            cause="`write` raised `BrokenPipeError`: the page has gone. Your function made an `Outcome` of that, as "
            "if the API had broken off.",
            next_step="Catch `TimeoutError` and the three families, and nothing above them: a `TimeoutError` is an "
            "`OSError`, and so is what `write` raises.",
            reread=EXERCISE,
        ),
        left_behind(EXERCISE),
        own_prompt("See it work"),
    ),
    hints=(
        "Your loop does not run while nothing but pings comes, so it can't look at a clock. What else can end it?",
        "`asyncio.timeout(patience)` around the stream, and at every event `deadline.reschedule(…)`: a moment, not a "
        "number of seconds. What it raises outside its block is `TimeoutError`.",
        "The shape: `try:`, in it `async with asyncio.timeout(patience) as deadline, client.messages.stream(…) as "
        "stream:`, in it `async for one in stream:` with `deadline.reschedule(clock.now() + patience)` first; then "
        "one `except TimeoutError` and one for the three families, each with why; after them, complete where nothing "
        "was raised and `stop_reason in WHOLE`.",
    ),
    besides="Ours sets the deadline before it opens the stream, so that an API which never answers is given up too.",
)
