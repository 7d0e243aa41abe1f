"""From a day on which a support bot fails to the smallest one on which it fails in the same way.

That takes away jobs for as long as the verdict stays: halves first, then smaller parts, down to single jobs (delta
debugging). What happens to a job depends on its ticket alone, so that what is left happens as it did.
"""

from collections.abc import Callable, Iterator, Sequence
from math import ceil

from helpers.judging.check import Check, Run
from helpers.judging.checking import run_case, run_cases
from helpers.judging.drawing import NOTEBOOK_SEED
from helpers.judging.verdict import judge
from helpers.lessons.capstone.checks.chaos import case_of
from helpers.lessons.capstone.jobs import Job


def smallest_run(check: Check, bot: type) -> Run:
    """The run of the smallest day on which `bot` is told what it is told of the whole one; of the whole one where that
    went well. Of a bot that has no end, too: every look at it would take as long.
    """
    (whole,) = run_cases(check, bot)
    told = _told(check, whole)
    if told == ("passed", None) or whole.observation.conduct.overran is not None:
        return whole

    key: str = whole.case.inputs["key"]

    def fails(jobs: Sequence[Job]) -> bool:
        return _told(check, _run(check, bot, jobs, key)) == told

    return _run(check, bot, smallest(whole.case.expected["jobs"], fails), key)


def smallest(jobs: Sequence[Job], fails: Callable[[Sequence[Job]], bool]) -> Sequence[Job]:
    """A part of `jobs`, in their order, that still `fails`, and of which no job can be left out."""
    parts = 2
    while len(jobs) > 1:
        smaller = next(filter(fails, _smaller(jobs, parts)), None)
        if smaller is not None:
            jobs, parts = smaller, 2
        elif parts < len(jobs):
            parts = min(2 * parts, len(jobs))
        else:
            break
    return jobs


def _smaller(jobs: Sequence[Job], parts: int) -> Iterator[Sequence[Job]]:
    """Each of so many parts by itself, then all but each."""
    size = ceil(len(jobs) / parts)
    edges = range(0, len(jobs), size)
    yield from (jobs[edge : edge + size] for edge in edges)
    if parts > 2:
        yield from ([*jobs[:edge], *jobs[edge + size :]] for edge in edges)


def _run(check: Check, bot: type, jobs: Sequence[Job], key: str) -> Run:
    return run_case(check, case_of(jobs, key), bot, NOTEBOOK_SEED)


def _told(check: Check, run: Run) -> tuple[str, str | None]:
    verdict = judge(check, [run])
    return verdict.outcome, verdict.misconception
