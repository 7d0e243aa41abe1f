"""A day of chaos for a support bot, without a verdict: to see what happens, before and after it was repaired."""

from helpers.lessons.capstone.day import Day


def chaos_run(bot: type) -> Day:
    """Let a support bot of lesson 10 get through its day of chaos. The same day every time."""
    # Here, because what judges must not be where a learner's code is graded.
    from helpers.judging.checking import run_cases
    from helpers.lessons.capstone.checks.supportbot import CHECK

    (run,) = run_cases(CHECK, bot)
    return Day(run)
