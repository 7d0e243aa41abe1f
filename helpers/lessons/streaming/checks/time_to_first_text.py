"""The check of `time_to_first_text`: the wait for the first word."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.exact import number
from helpers.judging.mistakes import own_prompt, printed
from helpers.judging.reading import ended_well, said_returned, shortened
from helpers.judging.streams import NEAR, asked_twice, stream_case, unstreamed, with_pings
from helpers.judging.words import draw_answer
from helpers.lessons.streaming import LESSON
from helpers.lessons.streaming.checks.shared import WHOLE
from helpers.replay import Fail, Fixture, says, thinking_first

FIRST: Final = "The wait that a user feels"
TEXT: Final = "text"
SLOW: Final = 5.0
"""How much slower an answer is written whose first word is timed: no clock of one's own can pass for API time."""


def _slowed(fixture: Fixture) -> Fixture:
    return Fixture(fixture.name, tuple(replace(event, delay=event.delay * SLOW) for event in fixture.events))


def _first_cases(source: random.Random) -> Sequence[Case]:
    return [
        _first_case(TEXT, source, says(draw_answer(source))),
        _first_case("with pings", source, with_pings(says(draw_answer(source)))),
        _first_case("thinking first", source, thinking_first(draw_answer(source))),
        _first_case("after a 529", source, says(draw_answer(source)), Fail(529)),
    ]


def _first_case(name: str, source: random.Random, fixture: Fixture, *failures: Fail) -> Case:
    slow = _slowed(fixture)
    case = stream_case(name, source, slow, *failures, asked_at=float(source.randrange(2, 6)))
    timing = {"delays": [event.delay for event in slow.events], "names": [event.name for event in slow.events]}
    return replace(case, expected={**case.expected, **timing})


def _after(run: Run, place: int) -> float:
    """Seconds from the first request to an event, also to one that the caller no longer read."""
    since: float = sum(run.case.expected["delays"][: place + 1])
    return run.wire[-1].started - run.wire[0].started + since


def _first_text(run: Run) -> float | None:
    """Seconds from the first request to the first text."""
    return _after(run, run.case.expected["places"][0]) if run.wire else None


def _is_near(run: Run, seconds: float | None) -> bool:
    returned = number(run.value)
    return returned is not None and seconds is not None and abs(returned - seconds) < NEAR


def _timed_event(run: Run) -> str | None:
    """The event before the first text that was timed instead, if one was."""
    if not run.wire or _is_near(run, _first_text(run)):
        return None
    before = range(run.case.expected["places"][0])
    return next((run.case.expected["names"][place] for place in before if _is_near(run, _after(run, place))), None)


def _wrong_first(run: Run) -> str | None:
    if _is_near(run, _first_text(run)):
        return None if len(run.wire) <= 2 else f"one call is enough, but there were {len(run.wire)} requests."
    right = _first_text(run)
    told = "the first text" if right is None else f"{right:g} s, when the first text came"
    return f"expected {told}, got {shortened(run.value)}."


def _said_first(run: Run) -> str:
    if (returned := number(run.value)) is not None and ended_well(run):
        return f"you said {returned:.4g} s"
    return said_returned(run)


def _ended(run: Run) -> float | None:
    """Seconds from the first request to the end of the answer."""
    return _after(run, len(run.case.expected["delays"]) - 1) if run.wire else None


def _from_first_byte(run: Run) -> float | None:
    """Seconds from the first event to the first text."""
    right = _first_text(run)
    return None if right is None else right - _after(run, 0)


CHECK: Final = Check(
    LESSON.exercise("time_to_first_text"),
    cases=_first_cases,
    right=_wrong_first,
    said=_said_first,
    misconceptions=(
        asked_twice(WHOLE),
        own_prompt(FIRST),
        unstreamed(FIRST, "Without one there is no first text: all of it comes at the end."),
        printed(FIRST),
        Misconception(
            id="moment_not_duration",
            applies=lambda run: _is_near(run, (_first_text(run) or 0.0) + run.case.inputs["asked_at"]),
            cause=lambda run: (
                f"you returned {run.value:g}: what the clock said when the text came. It had been running for "
                f"{run.case.inputs['asked_at']:g} s when you were called."
            ),
            next_step="Read the clock twice, before the call and at the first text, and return the difference.",
            reread=FIRST,
        ),
        Misconception(
            id="time_to_the_end",
            applies=lambda run: _is_near(run, _ended(run)) and not _is_near(run, _first_text(run)),
            cause=lambda run: (
                f"you returned {run.value:g} s, the time until the whole answer was there. The user began to read "
                f"after {_first_text(run):g} s."
            ),
            next_step="Read the clock inside the loop, at the first piece, not after it.",
            reread=FIRST,
        ),
        Misconception(
            id="clock_started_late",
            # With thinking first, that is also about when the thinking began.
            applies=lambda run: run.case.name == TEXT and _is_near(run, _from_first_byte(run)),
            cause=lambda run: (
                f"you returned {run.value:g} s, and the user waited {_first_text(run):g} s. Your clock started inside "
                "the `with`: by then the request was sent and its answer had begun."
            ),
            next_step="Read the clock before `client.messages.stream(…)`.",
            reread=FIRST,
        ),
        Misconception(
            id="thinking_timed",
            applies=lambda run: _timed_event(run) == "content_block_delta",
            cause=lambda run: (
                f"you returned {run.value:g} s, when the model began to think. The user has something to read after "
                f"{_first_text(run):g} s."
            ),
            next_step="Wait for the first piece of `stream.text_stream`, which yields text and nothing else.",
            reread=FIRST,
        ),
        Misconception(
            id="first_event_timed",
            applies=lambda run: _timed_event(run) not in (None, "content_block_delta"),
            cause=lambda run: (
                f"you returned {run.value:g} s, the moment of the event `{_timed_event(run)}`. It says that an answer "
                f"has begun; there is nothing to read in it. The first text came after {_first_text(run):g} s."
            ),
            next_step="Wait for the first piece of `stream.text_stream`.",
            reread=FIRST,
        ),
        Misconception(
            id="own_clock",
            applies=lambda run: (
                (returned := number(run.value)) is not None and _first_text(run) is not None and returned < SLOW * 0.15
            ),
            cause=lambda run: (
                f"you returned {run.value:.4g} s, and on the clock that you were given {_first_text(run):g} s went by. "
                "A clock of your own, such as `time.time()`, can't be set by a test, and jumps when somebody sets it."
            ),
            next_step="Use `clock.now()` for both readings.",
            reread=FIRST,
        ),
    ),
    hints=(
        "Two readings of `clock.now()`: one before the request leaves, one when the user has something to read.",
        "The first reading stands before the `with`, because entering it sends the request. The second is taken at "
        "the first piece of `stream.text_stream`, which passes over everything that is no text.",
        "`started = clock.now()`, then inside the `with` `for _ in stream.text_stream: return clock.now() - started`, "
        "and after the loop `raise Unfinished(…)`, for an answer without any text.",
    ),
    besides="Ours raises `Unfinished` where an answer has no text at all, rather than to return a time at which "
    "nothing came.",
)
