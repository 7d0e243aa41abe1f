"""The check of `should_page`: whether somebody is to be woken, on eight days."""

import random
from collections.abc import Callable, Sequence
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import has_raised, raised_name, returned_nothing, shortened
from helpers.lessons.logging import LESSON
from helpers.lessons.logging.days import (
    BAD,
    BURNING,
    GOOD,
    INCOMPLETE,
    LEAVERS,
    MODEL_DOWN,
    NO_IDS,
    ONE_CUSTOMER,
    QUIET,
    RETRIED,
    LoggedDay,
    eight_days,
)
from helpers.replay import Scenario

DAYS: Final = "Eight days"
PACE: Final = "How fast the budget burns"
KEY: Final = 32
"""Bytes."""


def _page_cases(source: random.Random) -> Sequence[Case]:
    # A key, not a number: who solves this can make such days as well, and try all seeds. Nor is the place of a day an
    # answer: a function may count how often it was called.
    days = list(eight_days(source.randbytes(KEY)).values())
    source.shuffle(days)
    return [_case(day) for day in days]


def _case(day: LoggedDay) -> Case:
    return Case(day.name, Scenario("nothing", "nothing is asked"), {"lines": list(day.lines)}, {"rings": day.rings})


def _wrong_page(run: Run) -> str | None:
    expected = run.case.expected["rings"]
    if run.value is expected:
        return None
    what = "somebody is to be woken" if expected else "nobody is to be woken"
    return f"expected `{expected}`: {what}. You said {shortened(run.value)}."


def _said_page(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    if not isinstance(run.value, bool):
        return "you said neither"
    return "it rang" if run.value else "it stayed silent"


def _silent(day: str) -> Callable[[Run], bool]:
    return lambda run: run.case.name == day and run.value is False


def _rang(day: str) -> Callable[[Run], bool]:
    return lambda run: run.case.name == day and run.value is True


def _failed(run: Run) -> int:
    """How many calls of the case failed, whoever is to blame."""
    return sum("stop_reason" in line and line["stop_reason"] is None for line in run.case.inputs["lines"])


def _calls(run: Run) -> int:
    return sum("stop_reason" in line for line in run.case.inputs["lines"])


CHECK: Final = Check(
    LESSON.exercise("should_page"),
    cases=_page_cases,
    right=_wrong_page,
    said=_said_page,
    again=dict.fromkeys((*BAD, *GOOD), 2),
    misconceptions=(
        Misconception(
            id="printed_not_returned",
            applies=returned_nothing,
            cause="your function returned `None`. To whoever asks whether to ring, that is neither yes nor no.",
            next_step="Return `True` at the first moment that rings, and `False` after the last line.",
            reread=DAYS,
        ),
        Misconception(
            id="every_line_is_a_call",
            applies=lambda run: has_raised(run, "KeyError", "TypeError", "AttributeError"),
            cause=lambda run: (
                f"you raised `{raised_name(run)}`. Some lines are of attempts, and have neither a model nor a stop "
                "reason; a call that was answered has no `error_type`. An alarm that raises is a silent one."
            ),
            next_step='Pass over the lines that have an `attempt`, and ask with `line.get("error_type")`.',
            reread=DAYS,
        ),
        Misconception(
            id="incomplete_is_answered",
            applies=_silent(INCOMPLETE),
            cause=lambda run: (
                f"{_failed(run)} of {_calls(run)} answers were cut short, and your alarm stayed silent. Nothing was "
                "raised and nothing has an `error_type`: whoever counts errors sees the best day of the year."
            ),
            next_step="Count what is not whole: a call without a stop reason has failed, with an error or without.",
            reread=DAYS,
        ),
        Misconception(
            id="averaged_away",
            applies=_silent(BURNING),
            cause=lambda run: (
                f"for a quarter of an hour four calls in five failed, and your alarm stayed silent. Of the whole day "
                f"that is {_failed(run) / _calls(run):.0%}; and the full hour was in its middle, so that two hours of "
                "the clock share it."
            ),
            next_step="Look back from each line over the hour before it.",
            reread=PACE,
        ),
        Misconception(
            id="models_in_one_pot",
            applies=_silent(MODEL_DOWN),
            cause="for two hours **every** call of one model failed, with a 404: it was retired. One call in twenty "
            "goes to it, so that of all calls only one in twenty failed.",
            next_step="Ask it of the calls of each model. And ask what was not answered, not which errors are "
            "the API's.",
            reread=DAYS,
        ),
        Misconception(
            id="ids_not_watched",
            applies=_silent(NO_IDS),
            cause="from some time on no answer has a request id, and your alarm stayed silent. Everything works; and "
            "the next incident is one that you can't tell anybody about.",
            next_step="Ask `burns` of them as well: of the calls of the hour, which have no request id.",
            reread=DAYS,
        ),
        Misconception(
            id="woken_for_a_few",
            applies=_rang(QUIET),
            cause="your alarm rang on a day within its budget. By day, one call in fifteen failed in the worst hour: "
            "that is for the morning. At night there are three calls an hour, and one of them failed: that is a third, "
            "and it is one.",
            next_step="Ring when at least five calls failed **and** they are 14.4 % of the calls of an hour, or more.",
            reread=PACE,
        ),
        Misconception(
            id="attempts_counted",
            applies=_rang(RETRIED),
            cause="your alarm rang for calls that ended well. The 529s are attempts, which the SDK tried again, and "
            "nobody noticed more than a pause.",
            next_step="Count calls: pass over the lines that have an `attempt`.",
            reread=DAYS,
        ),
        Misconception(
            id="leavers_counted",
            applies=_rang(LEAVERS),
            cause="your alarm rang for streams that were cancelled on your side: servers were changed for new ones. "
            "The API was still writing.",
            next_step="Pass over calls whose `error_type` is `CancelledError`.",
            reread=DAYS,
        ),
        Misconception(
            id="one_customers_mistakes",
            applies=_rang(ONE_CUSTOMER),
            cause="your alarm rang for one customer whose requests are wrong. Everybody else was served, and nobody "
            "can mend these at night.",
            next_step="Pass over calls whose `error_type` is `invalid_request_error`.",
            reread=DAYS,
        ),
    ),
    hints=(
        "Which lines are calls that say something of the service? Of those of one model in the last hour, how many "
        "failed? Of all of them, how many have no request id?",
        "A call failed when it has no stop reason. Pass over attempts, `CancelledError` and `invalid_request_error`. "
        "Keep the last hour in a `deque`, and ask `burns` twice after each line.",
        "The shape: `hour: deque[…] = deque()`; for each line that counts: append it, `while now - hour[0]… > HOUR: "
        "hour.popleft()`; then `burns([… of its model])`, and `burns([… without an id])` of all; "
        "`return True` at the first that burns; after the loop `return False`.",
    ),
    besides="Ours looks back over one hour from each line, as an alarm does that is asked all day.",
)
