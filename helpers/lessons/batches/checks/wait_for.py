"""The check of `wait_for`: waiting for a batch."""

import random
from collections.abc import Sequence
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.exact import numbers
from helpers.judging.reading import has_raised, raised_name, shortened
from helpers.lessons.batches import LESSON
from helpers.replay import Answer, Fail, Scenario

WAITING: Final = "Wait without hammering"
LONG: Final = "some 50 minutes"
UNKNOWN: Final = "404 at first"
FLICKERS: Final = "404 in between"
CANCELING: Final = "being canceled"
NEVER: Final = "not in time"
REVOKED: Final = "key revoked"
MOST_POLLS: Final = 320
"""In 50 minutes: one every ten seconds, as an unfinished batch asks for, and some more."""
DAY: Final = 24 * 3600


def _wait_cases(source: random.Random) -> Sequence[Case]:
    hour = source.randrange(2_900, 3_100)
    some = source.randrange(400, 800)
    return [
        _case(LONG, Scenario(LONG, LONG, then=Answer(), batch_seconds=hour), DAY),
        _case(UNKNOWN, Scenario(UNKNOWN, UNKNOWN, (Answer(), Fail(404)), Answer(), batch_seconds=some), 3 * 3600),
        _case(
            FLICKERS,
            Scenario(
                FLICKERS, FLICKERS, (*[Answer()] * 2, Fail(404), Answer(), Fail(404)), Answer(), batch_seconds=some
            ),
            3 * 3600,
        ),
        _case(
            CANCELING,
            Scenario(CANCELING, CANCELING, then=Answer(), batch_seconds=DAY, batch_cancel_seconds=some),
            3 * 3600,
            cancel=True,
        ),
        # No usual interval divides it.
        _case(NEVER, Scenario(NEVER, NEVER, then=Answer(), batch_seconds=DAY), 7 * source.randrange(283, 307) + 0.5),
        _case(REVOKED, Scenario(REVOKED, REVOKED, (Answer(), Answer()), Fail(401), batch_seconds=hour), 3 * 3600),
    ]


def _case(name: str, scenario: Scenario, deadline: float, *, cancel: bool = False) -> Case:
    return Case(name, scenario, {"deadline": deadline, "cancel": cancel})


def _slept(run: Run) -> float:
    return sum(numbers(run.observation.notes.get("slept")))


def _polls(run: Run) -> int:
    return sum(exchange.method == "GET" for exchange in run.wire)


def _status(run: Run) -> str | None:
    """The status of the batch that was returned."""
    return run.value.get("processing_status") if isinstance(run.value, dict) else None


def _wrong_wait(run: Run) -> str | None:
    if run.case.name == NEVER:
        if has_raised(run, "TimeoutError"):
            return None if _slept(run) >= run.case.inputs["deadline"] / 2 else "you gave up long before the deadline."
        return f"expected a `TimeoutError`, got {_got(run)}."
    if run.case.name == REVOKED:
        return None if has_raised(run, "AuthenticationError") else f"expected the SDK's 401 to go up, got {_got(run)}."
    if _status(run) == "ended":
        return None
    return f"expected the batch, ended, got {_got(run)}."


def _got(run: Run) -> str:
    if run.observation.stopped:
        return run.observation.stopped
    if run.observation.raised:
        return f"`{raised_name(run)}`"
    status = _status(run)
    return shortened(run.value) if status is None else f"a batch that is `{status}`"


def _said_wait(run: Run) -> str:
    polls = f"{_polls(run)} poll{'' if _polls(run) == 1 else 's'} in {_slept(run):,.0f} s"
    if run.observation.stopped:
        return f"{polls}, stopped"
    return f"{polls}, {raised_name(run)}" if run.observation.raised else polls


CHECK: Final = Check(
    LESSON.exercise("wait_for"),
    cases=_wait_cases,
    right=_wrong_wait,
    said=_said_wait,
    misconceptions=(
        Misconception(
            id="hammers",
            applies=lambda run: run.case.name == LONG and (_polls(run) > MOST_POLLS or bool(run.observation.stopped)),
            cause=lambda run: (
                f"your code asked {_polls(run)} times in {_slept(run):,.0f} seconds. The answer takes most of an hour, "
                "and every question counts against the rate limit of the batch endpoints, which your next batch needs. "
                "A batch in progress asks, with `retry-after`, for ten seconds."
            ),
            next_step="Call `sleep(…)` between two polls, with 60 seconds or so.",
            reread=WAITING,
        ),
        Misconception(
            id="gave_up_on_404",
            applies=lambda run: run.case.name == UNKNOWN and has_raised(run, "NotFoundError"),
            cause="the first poll was a 404, and you gave the batch up. It had been created a second before: not every "
            "server knows it at once. It runs on, is paid for, and nobody fetches its results.",
            next_step="Treat `anthropic.NotFoundError` like a batch that is not finished: sleep, and ask again.",
            reread=WAITING,
        ),
        Misconception(
            id="gave_up_on_a_later_404",
            applies=lambda run: run.case.name == FLICKERS and has_raised(run, "NotFoundError"),
            cause="a poll was a 404 after others had found the batch, and you gave it up. One server knows it, the "
            "next does not; that was reported minutes after a batch was created. It runs on and is paid for.",
            next_step="Treat every `anthropic.NotFoundError` like a batch that is not finished, not the first alone.",
            reread=WAITING,
        ),
        Misconception(
            id="canceling_taken_for_ended",
            applies=lambda run: run.case.name == CANCELING and _status(run) == "canceling",
            cause="you returned a batch that is `canceling`. Requests that had begun are still being finished; there "
            "are no results yet.",
            next_step='Wait until `processing_status == "ended"`, not until it is something other than `in_progress`.',
            reread=WAITING,
        ),
        Misconception(
            id="unfinished_returned",
            applies=lambda run: (
                run.case.name == NEVER and run.observation.raised is None and not run.observation.stopped
            ),
            cause=lambda run: (
                f"the deadline passed, and you returned {_got(run)}. Whoever called you goes on to read results that "
                "are not there."
            ),
            next_step="Raise `TimeoutError` when the deadline has passed.",
            reread=WAITING,
        ),
        Misconception(
            id="never_gives_up",
            applies=lambda run: run.case.name == NEVER and bool(run.observation.stopped),
            cause=lambda run: (
                f"you had {run.case.inputs['deadline']:,.1f} seconds, and after {_slept(run):,.0f} you were still "
                "asking. A batch may take 24 hours."
            ),
            next_step="Add up what you have slept, and raise `TimeoutError` when it reaches the deadline. Count what "
            "you give to `sleep`: a clock of your own does not know it.",
            reread=WAITING,
        ),
        Misconception(
            id="sleeps_past_the_deadline",
            applies=lambda run: run.case.name == NEVER and _slept(run) > run.case.inputs["deadline"] + 0.01,
            cause=lambda run: (
                f"you slept {_slept(run):,.1f} seconds, and {run.case.inputs['deadline']:,.1f} were allowed. "
                "Looking at the deadline after the sleep is too late."
            ),
            next_step="Sleep `min(interval, what is left)`.",
            reread=WAITING,
        ),
        Misconception(
            id="every_error_waited_out",
            applies=lambda run: run.case.name == REVOKED and sum(one.status == 401 for one in run.wire) > 1,
            cause=lambda run: (
                f"the key was revoked, and you asked {sum(one.status == 401 for one in run.wire)} times more. "
                "A 401 does not pass; somebody has to be told."
            ),
            next_step="Catch `anthropic.NotFoundError` and nothing wider. The SDK retries what passes by itself.",
            reread=WAITING,
        ),
    ),
    hints=(
        "A loop: ask, return the batch when it has ended, else sleep. Two things can go wrong: a 404 for a batch that "
        "exists, at any poll, and a deadline that passes.",
        "Keep `waited = 0.0` and add what you sleep. The pause is the smaller of your interval and of "
        "`deadline - waited`; when nothing is left, raise `TimeoutError`.",
        "`while True:` with `try: batch = client.messages.batches.retrieve(batch_id)` and `except "
        'anthropic.NotFoundError: batch = None`. Return it when its `processing_status == "ended"`. Raise when '
        "`waited >= deadline`. Then `pause = min(60, deadline - waited)`, `sleep(pause)`, `waited += pause`.",
    ),
    besides="Ours cuts its last pause to what is left of the deadline, and looks once more when that is over.",
)
