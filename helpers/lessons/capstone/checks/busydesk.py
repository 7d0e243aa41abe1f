"""The check of `BusyDesk`: a desk that does its work, and costs too much. One case, the second day.

The verdict reads the wire, what the desk returned, and its own bill. What worked must work still; then the faults are
told one at a time, in the order of the lessons that they are from.
"""

import random
from collections.abc import Callable, Sequence
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import shortened
from helpers.lessons.capstone import LESSON
from helpers.lessons.capstone.checks.second_day import FAULTS, SLOWEST, Fault, SecondDay, second_day_case

DESK: Final = "A desk that is busy"
REPAIR: Final = "Exercise: BusyDesk"


def _cases(source: random.Random) -> Sequence[Case]:
    return [second_day_case(source)]


def _began(run: Run) -> bool:
    """Whether the desk got through the day: what raised before has no traces to read."""
    return SecondDay(run).stopped is None


def _has(fault: Fault) -> Callable[[Run], bool]:
    return lambda run: _began(run) and not SecondDay(run).score(fault).is_full


def _of(run: Run, fault: Fault) -> str:
    score = SecondDay(run).score(fault)
    return f"{score.bad} of {score.of}"


def _broken(run: Run) -> str:
    (part, problem), *others = SecondDay(run).broken
    more = f" {len(others) + 1} in all." if others else ""
    return f"what worked before is broken. `{part.action}` for {part.name} did its work, and now {problem}.{more}"


def _first_misbilled(run: Run) -> str:
    day = SecondDay(run)
    key = day.misbilled[0]
    if key not in day.owed:
        return f"`{key}` is on your bill, and nothing was answered under that name"
    if key not in day.billed:
        return f"`{key}` cost {day.owed[key]} dollars, and is not on your bill"
    if day.billed[key] is None:
        return f"`{key}` cost {day.owed[key]} dollars, and your amount is no `Decimal`"
    return f"`{key}` cost {day.owed[key]} dollars, and on your bill {shortened(str(day.billed[key]))}"


def _is_lost(run: Run) -> bool:
    """Whether most of the bill is missing: what was in the memory of a process that is gone."""
    day = SecondDay(run)
    return _began(run) and sum(key not in day.billed for key in day.owed) > len(day.owed) / 2


def _is_crawling(run: Run) -> bool:
    day = SecondDay(run)
    return _began(run) and not day.broken and day.seconds_sorting > SLOWEST * day.shortest_sorting


def _alarm(*, rings: bool) -> Callable[[Run], bool]:
    """Whether an alarm is wrong that was to ring, or one that was not."""
    return lambda run: _began(run) and any(part.rings == rings for part in SecondDay(run).false_alarms)


def _right(run: Run) -> str | None:
    if not _began(run):
        return "the desk did not get through the day."
    left = [score.name for score in SecondDay(run).scores if not score.is_full]
    return f"there are still: {', '.join(left)}." if left else None


def _said(run: Run) -> str:
    if not _began(run):
        return "the desk did not get through the day"
    full = sum(score.is_full for score in SecondDay(run).scores)
    return f"{full} of {len(FAULTS)} faults repaired"


CHECK: Final = Check(
    LESSON.exercise("BusyDesk"),
    cases=_cases,
    right=_right,
    said=_said,
    misconceptions=(
        Misconception(
            id="broke_what_worked",
            applies=lambda run: _began(run) and bool(SecondDay(run).broken),
            cause=_broken,
            next_step="Mend that first: a repair that costs what worked is none.",
            reread=DESK,
        ),
        Misconception(
            id="sorting_crawls",
            applies=_is_crawling,
            cause=lambda run: (
                f"the complaints took {SecondDay(run).seconds_sorting:.0f} seconds. The limit lets them through in "
                f"{SecondDay(run).shortest_sorting:.0f}: staying below it is not standing still."
            ),
            next_step="Ask as long as `anthropic-ratelimit-requests-remaining` says that there is one left, and wait "
            "only when there is none.",
            reread=REPAIR,
        ),
        Misconception(
            id="read_on",
            applies=_has("read_on"),
            cause=lambda run: (
                f"{_of(run, 'read_on')} customers who left had their answers written to the end. Nobody saw them, and "
                "every token is paid for."
            ),
            next_step="Let the `BrokenPipeError` end the loop and leave the `with` block: that ends the request.",
            reread=DESK,
        ),
        Misconception(
            id="over_the_limit",
            applies=_has("over_the_limit"),
            cause=lambda run: (
                f"{_of(run, 'over_the_limit')} complaints were refused with a 429 before they were sorted. Every "
                "answer before that had said how many requests were left."
            ),
            next_step="Ask with `messages.with_raw_response.create`, look at "
            "`anthropic-ratelimit-requests-remaining`, and wait on the `clock` when it is 0.",
            reread=DESK,
        ),
        Misconception(
            id="paid_again",
            applies=_has("paid_again"),
            cause=lambda run: (
                f"{_of(run, 'paid_again')} nights have more than one batch. The process was killed while the "
                "first was under way, and the next one did not know of it. Both are paid for."
            ),
            next_step="Commit the id of the night's batch to the database as soon as it is created, and look there "
            "before you create one.",
            reread=DESK,
        ),
        Misconception(
            id="lost_with_the_process",
            applies=_is_lost,
            cause=lambda run: (
                f"{_of(run, 'misbilled')} requests are missing on the bill or wrong: what a process remembers is gone "
                "with it, and this one was killed three times."
            ),
            next_step="Write each line into a table of the database, and commit it there.",
            reread=REPAIR,
        ),
        Misconception(
            id="misbilled",
            applies=_has("misbilled"),
            cause=lambda run: (
                f"{_of(run, 'misbilled')} requests are missing on the bill or wrong: {_first_misbilled(run)}."
            ),
            next_step="A result of a batch costs `batch_share` of the price; a stream that was left, what its snapshot "
            "knows; and each is on the bill once, under its own id.",
            reread=REPAIR,
        ),
        Misconception(
            id="rang_for_nothing",
            applies=_alarm(rings=False),
            cause=lambda run: (
                f"your alarm rang at {next(part.name for part in SecondDay(run).false_alarms if not part.rings)}, and "
                "nothing was wrong: customers had left, the limit had refused, a process had been killed, or a few "
                "answers of many were cut."
            ),
            next_step="Count streams without a stop reason that nobody left, and ring when they are five and 14.4 % of "
            "the last hour's answers.",
            reread=DESK,
        ),
        Misconception(
            id="slept_through",
            applies=_alarm(rings=True),
            cause="in the evening every answer was cut short, and your alarm stayed silent. Nothing was raised: the "
            "stop reason is `None`.",
            next_step="Keep the stop reason with each line, and count those of the last hour that have none.",
            reread=DESK,
        ),
    ),
    hints=(
        "Five faults: `show` reads on, `sort` runs into the limit, `digest` forgets its batch, `costs` knows what this "
        "process remembers, `alarm` counts what was raised. Repair one, check, and read what is left.",
        "The database is what is left when a process is killed: give it a table for the nights and one for the lines, "
        "made with `CREATE TABLE IF NOT EXISTS`, and commit at once. The alarm asks the lines.",
        "`_note` gets the stop reason, whether the customer had left, and whether it is of a batch, and writes `INSERT "
        "OR REPLACE INTO lines …` inside `with self.db:`. `costs` and `alarm` are each a `SELECT` from it.",
    ),
    besides="Ours writes each line under its id: a result that is read again after a crash replaces its own line.",
)
