"""A day of chaos for a support bot, without a verdict: to see what happens, before and after it was repaired."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.lessons.capstone.checks.day import Day
    from helpers.lessons.capstone.checks.second_day import SecondDay


def chaos_run(bot: type, *, smallest: bool = False) -> Day:
    """Let a support bot of lesson 10 get through its day of chaos. The same day every time.

    With `smallest`, the smallest day on which it fails as it does on the whole one: what to step through. `day.jobs`
    says what is left to do, and a bot made with `client, inputs = case(SupportBot, "the chaos run")` can be told to.
    """
    # Here, because what judges must not be where a learner's code is graded.
    from helpers.judging.checking import run_cases
    from helpers.lessons.capstone.checks.day import Day
    from helpers.lessons.capstone.checks.narrowing import smallest_run
    from helpers.lessons.capstone.checks.supportbot import CHECK

    if smallest:
        return Day(smallest_run(CHECK, bot))
    (run,) = run_cases(CHECK, bot)
    return Day(run)


def second_day(desk: type) -> SecondDay:
    """Let a desk of lesson 10 get through its second day. The same day every time."""
    from helpers.judging.checking import run_cases
    from helpers.lessons.capstone.checks.busydesk import CHECK
    from helpers.lessons.capstone.checks.second_day import SecondDay

    (run,) = run_cases(CHECK, desk)
    return SecondDay(run)
