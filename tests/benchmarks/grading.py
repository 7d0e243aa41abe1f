"""What grading costs, side by side with the graders that classes use: `python -m tests.benchmarks.grading`.

The same submission, three exercises solved, is graded by the course, by otter-grader and by nbgrader, each in a process
with an environment of its own. Cold is a fresh process, from its start to its first verdict. Warm is the same process,
asked again. Rounds are interleaved, so that whatever else the machine does hits all alike; medians are printed.
Differences under 15 % are noise on a shared machine, and a load beyond its CPUs spoils all but the ratios.

Then a class at once: two processes that share its submissions, start-up not counted. The other graders get fewer
submissions, because theirs take minutes; what is compared is submissions per second.

The other graders are installed from the package index into `--peers FOLDER`, which is kept for the next time.
`--peers none` leaves them out and needs no network.
"""

import os
import platform
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

import click
import psutil
from rich.console import Console
from rich.table import Table

from helpers.client import replay_client
from helpers.grading.nursery import Nursery
from helpers.processors import own_processor, stay_on
from helpers.replay import Answer, Engine, Scenario
from helpers.settings import MODEL
from tests.benchmarks.graders.asking import Failed, Process
from tests.benchmarks.graders.course import Course
from tests.benchmarks.graders.environments import VERSIONS, python_of
from tests.benchmarks.graders.grader import Grader
from tests.benchmarks.graders.memory import Watch
from tests.benchmarks.graders.nbgrader import Nbgrader
from tests.benchmarks.graders.otter import Otter
from tests.benchmarks.graders.submission import CALLS, NAMES, right, wrong

Seconds: TypeAlias = Mapping[str, Sequence[float]]

PEERS: Final[tuple[type[Grader], ...]] = (Otter, Nbgrader)
JOBS: Final = 2
FULL_MARKS: Final = len(NAMES)
EARLY: Final = 50
"""The memory that so many submissions take is compared with what all of them take."""
MEGABYTE: Final = 1_000_000
PACE_CALLS: Final = 200
TARGETS: Final = "Targets: under 0.060 s warm and isolated, 30 submissions a second on two cores, memory flat."
NOTES: Final = (
    f"All call the same functions in cases of the same kinds: {CALLS} SDK calls that the replay answers at once.",
    "Their kernel answers its own calls. Ours go over a socket to the grader, whose verdict rests on what came there.",
    "Theirs run without isolation, as whoever grades; otter-grader's containers would cost more.",
    "Theirs start a Jupyter kernel for each submission and run all of its cells. Ours defines the three functions in a "
    "new process and runs nothing else.",
    "Theirs assert. Ours also names misconceptions, looks at conduct, and draws its cases anew.",
    "At once, each process stays on a processor of its own where there are no more than processes, theirs too: "
    "`course grade-class` does so.",
    "Each is called through its own function for programs, in a process that stays. No reports for people are written.",
)


@dataclass(frozen=True)
class Contender:
    """A grader and the interpreter that has it."""

    kind: type[Grader]
    python: Path

    @property
    def name(self) -> str:
        """Of its distribution."""
        return self.kind.name

    def made(self, folder: Path) -> Grader:
        """A grader of this kind, its assignment laid down in `folder`."""
        grader = self.kind(self.python, folder)
        grader.prepare()
        return grader


@dataclass(frozen=True)
class Throughput:
    """How a class was graded. Memory in bytes, of all processes together: the most at first and the most later."""

    submissions: int
    seconds: float
    failures: int
    early: int
    late: int

    @property
    def rate(self) -> float:
        """Submissions per second."""
        return self.submissions / self.seconds


def prove(process: Process, grader: Grader) -> None:
    """That it does grade: full marks for what is right, a mark less for what is not. Raises `Failed`."""
    for functions, expected in ((right(), FULL_MARKS), (wrong(), FULL_MARKS - 1)):
        student = f"proof{expected}"
        grader.hand_in(student, functions)
        points = process.points(student)
        if points != expected:
            raise Failed(f"{grader.name} gave {points:g} points where {expected} are right")


def cold(graders: Sequence[Grader], rounds: int) -> Seconds:
    """Seconds from the start of a process to its first verdict, by grader."""
    seconds: dict[str, list[float]] = {grader.name: [] for grader in graders}
    for number in range(rounds):
        for grader in graders:
            grader.hand_in(f"cold{number}", right())
            began = time.perf_counter()
            with Process(grader) as process:
                process.points(f"cold{number}")
                seconds[grader.name].append(time.perf_counter() - began)
    return seconds


def warm(graders: Sequence[Grader], rounds: int) -> Seconds:
    """Seconds for one more submission in a process that has graded before, by grader."""
    seconds: dict[str, list[float]] = {grader.name: [] for grader in graders}
    with ExitStack() as stack:
        processes = [(grader, stack.enter_context(Process(grader))) for grader in graders]
        for grader, process in processes:
            prove(process, grader)
        for number in range(rounds):
            for grader, process in processes:
                grader.hand_in(f"warm{number}", right())
                began = time.perf_counter()
                process.points(f"warm{number}")
                seconds[grader.name].append(time.perf_counter() - began)
    return seconds


def at_once(contender: Contender, folder: Path, submissions: int, jobs: int = JOBS) -> Throughput:
    """A class, shared by so many processes, each with a folder of its own."""
    graders = [contender.made(folder / f"{contender.name}-{job}") for job in range(jobs)]
    students = [[f"student{number}" for number in range(job, submissions, jobs)] for job in range(jobs)]
    for grader, share in zip(graders, students, strict=True):
        for student in share:
            grader.hand_in(student, right())
    with ExitStack() as stack:
        processes = [stack.enter_context(Process(grader)) for grader in graders]
        for number, process in enumerate(processes):
            stay_on(own_processor(number, jobs), process.id)
        for grader, process in zip(graders, processes, strict=True):
            prove(process, grader)
        watch = stack.enter_context(Watch(process.id for process in processes))
        early = [share[: EARLY // jobs] for share in students]
        late = [share[EARLY // jobs :] for share in students]
        began = time.perf_counter()
        failures, peak = _graded(processes, early), watch.take_peak()
        failures += _graded(processes, late)
        return Throughput(submissions, time.perf_counter() - began, failures, peak, watch.take_peak())


def _graded(processes: Sequence[Process], shares: Sequence[Sequence[str]]) -> int:
    """Have each process grade its share. Returns how many submissions did not get full marks."""
    with ThreadPoolExecutor(len(processes)) as pool:
        return sum(pool.map(_failures, processes, shares))


def _failures(process: Process, students: Sequence[str]) -> int:
    return sum(not _passed(process, student) for student in students)


def _passed(process: Process, student: str) -> bool:
    try:
        return process.points(student) == FULL_MARKS
    except Failed:
        return False


def times_table(title: str, seconds: Seconds) -> Table:
    """One comparison; the first grader is ours, and the others are so many times it."""
    table = Table("grader", "seconds", "from … to", "× ours", title=title, title_justify="left")
    ours = median(next(iter(seconds.values())))
    for name, taken in seconds.items():
        span = f"{min(taken):.3f} … {max(taken):.3f}"
        table.add_row(name, f"{median(taken):.3f}", span, f"{median(taken) / ours:.1f}")
    return table


def class_table(throughputs: Mapping[str, Throughput]) -> Table:
    """The classes; the first grader is ours, and it is so many times as fast as the others."""
    title = f"A class at once: {JOBS} processes, and the most memory up to the {EARLY}th submission and after it"
    columns = ("grader", "class", "per s", "ours is ×", "failed", f"MB to {EARLY}", "MB after")
    table = Table(*columns, title=title, title_justify="left")
    ours = next(iter(throughputs.values())).rate
    for name, one in throughputs.items():
        ratio, late = f"{ours / one.rate:.1f}", f"{one.late / MEGABYTE:.0f}" if one.submissions > EARLY else ""
        early = f"{one.early / MEGABYTE:.0f}"
        table.add_row(name, str(one.submissions), f"{one.rate:.2f}", ratio, str(one.failures), early, late)
    return table


def machine() -> str:
    """What this is measured on, and how busy that was before."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("anthropic", "httpx2"))
    with Nursery() as nursery:
        isolation = nursery.isolation
    cores = f"{os.cpu_count()} CPUs, load {psutil.getloadavg()[0]:.1f}"
    python = f"Python {platform.python_version()} ({sys.executable})"
    return f"{cores}, {python}, {versions}; isolation of ours: {isolation}."


def pace() -> str:
    """How fast this machine and its Python are now: what is measured is to be read beside it."""
    seconds: list[float] = []
    with replay_client(Engine(Scenario("pace", "everything is answered", then=Answer()), models=(MODEL,))) as client:
        for _ in range(PACE_CALLS):
            began = time.perf_counter()
            client.messages.create(model=MODEL, max_tokens=10, messages=[{"role": "user", "content": "Hello"}])
            seconds.append(time.perf_counter() - began)
    return f"an SDK call that is answered in the same process took {median(seconds) * 1e6:.0f} µs."


def contenders(peers: str, folder: Path) -> Iterator[Contender]:
    """Ours, and the others unless `peers` is "none"."""
    yield Contender(Course, Path(sys.executable))
    if peers != "none":
        for kind in PEERS:
            yield Contender(kind, python_of(kind.name, Path(peers) if peers else folder))


@click.command()
@click.option("--rounds", default=7, show_default=True, help="Interleaved warm rounds.")
@click.option("--cold", "cold_rounds", default=3, show_default=True, help="Interleaved cold rounds; 0 leaves them out.")
@click.option("--submissions", default=200, show_default=True, help="The class that ours grades; 0 leaves classes out.")
@click.option("--peer-submissions", default=20, show_default=True, help="The class that each of the others grades.")
@click.option("--peers", default="", metavar="FOLDER|none", help="Where the others are kept; a new place if not given.")
def main(rounds: int, cold_rounds: int, submissions: int, peer_submissions: int, peers: str) -> None:
    """Print what grading costs."""
    console = Console(soft_wrap=True)
    with TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        taking_part = list(contenders(peers, folder))
        before = pace()
        console.print(machine(), *_versions(taking_part), sep="\n", highlight=False)
        with console.status("Cold …") as status:
            graders = [contender.made(folder / contender.name) for contender in taking_part]
            if cold_rounds:
                console.print(times_table(f"Cold: a fresh process ({cold_rounds} rounds)", cold(graders, cold_rounds)))
            status.update("Warm …")
            console.print(times_table(f"Warm: one submission more ({rounds} rounds)", warm(graders, rounds)))
            if submissions:
                status.update("Classes …")
                sizes = [submissions, *[peer_submissions] * (len(taking_part) - 1)]
                sized = zip(taking_part, sizes, strict=True)
                console.print(class_table({one.name: at_once(one, folder, size) for one, size in sized}))
        console.print(f"Before all that: {before} After it: {pace()}", highlight=False)
        console.print(TARGETS, *NOTES, sep="\n", highlight=False)


def _versions(taking_part: Sequence[Contender]) -> Iterator[str]:
    for contender in taking_part[1:]:
        yield f"{contender.name} {VERSIONS[contender.name]} in an environment of its own."


if __name__ == "__main__":
    main()
