"""How far submissions that hang slow a class down: `python -m tests.benchmarks.hanging`.

A class that has solved a lesson is graded as `course grade-class` does it, and again with some of its submissions, one
in twenty unless `--hanging` says otherwise, that never end: in one exercise or in all of the lesson, waiting for what
never comes or computing without an end. Classes are graded in turn, `--rounds` times, and medians are printed: so many
submissions a second from the start of the run to its tables, and what part that is of the rate at which nobody hangs.
How long a single one of them takes is the least that a class takes: with few submissions that is what is measured.
"""

import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import click
from rich.console import Console
from rich.table import Table

from helpers.classroom import Plan, grade_class
from helpers.lessons.found import EXERCISES

LESSON: Final = "00_start_here"
SOLVED: Final = Path(__file__).parents[2] / f"solutions/{LESSON}.py"
NAMES: Final = [name for name, exercise in EXERCISES.items() if exercise.lesson == LESSON]
WAITS: Final = "    import threading\n    threading.Event().wait()\n"
COMPUTES: Final = "    while True:\n        pass\n"
KINDS: Final[Mapping[str, Sequence[tuple[str, int]]]] = {
    "nobody hangs": (),
    "wait or compute": ((WAITS, 1), (COMPUTES, 1)),
    "wait": ((WAITS, 1),),
    "compute": ((COMPUTES, 1),),
    "wait in every exercise": ((WAITS, len(NAMES)),),
    "compute in every exercise": ((COMPUTES, len(NAMES)),),
}
"""What those do that hang, in turn, and in how many exercises."""


def hand_in(folder: Path, submissions: int, hanging: float, kinds: Sequence[tuple[str, int]]) -> None:
    """Write a class below `folder`. Those that hang are spread over all of it."""
    step = round(1 / hanging)
    for number in range(submissions):
        author = folder / f"student{number:05}"
        author.mkdir(parents=True)
        file = author / SOLVED.name
        shutil.copy(SOLVED, file)
        if kinds and number % step == step // 2:
            body, count = kinds[number // step % len(kinds)]
            with file.open("a", encoding="utf-8") as end:
                end.write("".join(f"\n\ndef {name}({_parameters(name)}):\n{body}" for name in NAMES[:count]))


def _parameters(name: str) -> str:
    return ", ".join(EXERCISES[name].parameters)


def rate(submissions: int, hanging: float, jobs: int, kind: str) -> float:
    """Submissions a second."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary, "class")
        hand_in(folder, submissions, hanging, KINDS[kind])
        began = time.monotonic()
        outcome = grade_class(Plan(folder, Path(temporary, "a.csv"), jobs=jobs, only=[LESSON]))
        assert not outcome.problems, outcome.problems
        return submissions / (time.monotonic() - began)


@click.command(help=__doc__)
@click.option("--submissions", type=click.IntRange(1), default=200, show_default=True)
@click.option("--hanging", type=click.FloatRange(0.01, 1), default=0.05, show_default=True)
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=1, show_default=True)
@click.option("--kind", "kinds", type=click.Choice(list(KINDS)), multiple=True, help="All of them by default.")
def main(submissions: int, hanging: float, jobs: int, rounds: int, kinds: tuple[str, ...]) -> None:
    """Print the table."""
    base = next(iter(KINDS))
    chosen = [base, *(kind for kind in kinds or KINDS if kind != base)]
    rates: dict[str, list[float]] = {kind: [] for kind in chosen}
    for _ in range(rounds):
        for kind in chosen:
            rates[kind].append(rate(submissions, hanging, jobs, kind))
    table = Table(f"{hanging:.0%} of {submissions:,}", "a second", "of the rate")
    for kind, found in rates.items():
        table.add_row(kind, f"{median(found):.1f}", f"{median(found) / median(rates[base]):.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
