"""A failing day, narrowed to the smallest on which the bot fails in the same way."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import anthropic
import pytest

from helpers import case, wire_log
from helpers.judging.verdict import judge
from helpers.lessons.capstone.checks.narrowing import smallest
from helpers.lessons.capstone.jobs import Job
from helpers.lessons.capstone.rehearsal import chaos_run
from helpers.lessons.capstone.support_bot import SupportBot
from helpers.lessons.found import check_named
from helpers.proofs.attempts import attempted, attempts_at, our_solution

ROOT: Final = Path(__file__).parents[3]
CHECK: Final = check_named("SupportBot")
JOBS: Final = tuple(Job(f"T-{number:05}", "answer", "none", "") for number in range(100))


def bot(attempt: Path) -> Any:
    """The class that an attempt defines."""
    return attempted(attempt)


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(path, id=path.stem, marks=[] if place % 5 == 0 else pytest.mark.weekly)
        for place, path in enumerate(attempts_at(CHECK, ROOT, "wrong"))
    ],
)
def test_one_job_is_enough(attempt: Path) -> None:
    """Each way to fail shows in a single job, and is told of it as of the whole day."""
    day = chaos_run(bot(attempt), smallest=True)
    assert len(day.jobs) == 1
    assert judge(CHECK, [day.run]).misconception == attempt.stem.removeprefix("wrong_").partition("__")[0]


def test_a_good_day_stays_whole() -> None:
    """Where nothing fails there is nothing to narrow."""
    ours: Any = our_solution(CHECK, ROOT)
    assert len(chaos_run(ours, smallest=True).jobs) == len(chaos_run(ours).jobs)


@pytest.mark.parametrize("needed", [(0,), (99,), (3, 4), (0, 99), (10, 50, 90), (1, 2, 3, 97)])
def test_no_job_can_be_left_out(needed: Sequence[int]) -> None:
    """What takes several jobs together keeps them, and nothing else."""
    wanted = [JOBS[number] for number in needed]
    looks = []

    def fails(jobs: Sequence[Job]) -> bool:
        looks.append(len(jobs))
        return all(job in jobs for job in wanted)

    assert list(smallest(JOBS, fails)) == wanted
    assert len(looks) < 4 * len(JOBS)


def test_in_hand() -> None:
    """What is left to do can be done by a bot of one's own, one step at a time, with what happens on that day."""
    (job,) = chaos_run(SupportBot, smallest=True).jobs
    client, inputs = case(SupportBot, "the chaos run")
    own = SupportBot(client, **inputs)
    with pytest.raises(anthropic.RequestTooLargeError):
        getattr(own, job.action)(job.ticket, job.said)
    assert len(wire_log(client)) == 3
    inputs["ledger"].close()
