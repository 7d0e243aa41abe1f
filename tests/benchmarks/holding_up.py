"""How long one submission can hold a class up: `python -m tests.benchmarks.holding_up`.

Twenty submissions, of which nineteen solve a lesson; the other one has stubs in three files whose default values take
nine seconds each, for every exercise of the course. The class is graded with the budget of seconds that it has by
default, and with others that `--seconds` names. What is printed: when the last of the nineteen was done, when all were,
and what has become of the slow one. Without a budget that one takes 9 seconds for each stub in each file: 14 minutes.
"""

import json
import shutil
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click
from rich.console import Console
from rich.table import Table

from helpers.classroom import Plan, grade_class
from helpers.classroom.marker import mark
from helpers.grading.budget import SECONDS_PER_SUBMISSION
from helpers.lessons.found import EXERCISES

SUBMISSIONS: Final = 20
JOBS: Final = 2
SLOW_FILES: Final = 3
SLOW: Final = "slow"
SOLVED: Final = Path(__file__).parents[2] / "solutions/00_start_here.py"
HEAD: Final = "import time\n\n\ndef slow():\n    time.sleep(9)\n\n\n"


def mark_and_time(text: str) -> str:
    """As `mark`, with the moment at which it was done."""
    return json.dumps({**json.loads(mark(text)), "done": time.time()})


def hand_in(folder: Path, with_slow: bool) -> None:
    """Write the submissions of a class below `folder`."""
    for number in range(SUBMISSIONS - with_slow):
        author = folder / f"student{number:02}"
        author.mkdir(parents=True)
        shutil.copy(SOLVED, author)
    if with_slow:
        # First of all, so that it is begun at once.
        (folder / f"a_{SLOW}").mkdir()
        stubs = "".join(
            f"def {name}({', '.join(exercise.parameters)}, *, x=slow()): ...\n\n\n"
            for name, exercise in EXERCISES.items()
            if exercise.given is None
        )
        for number in range(SLOW_FILES):
            (folder / f"a_{SLOW}/{number:02}_slow.py").write_text(HEAD + stubs, "utf-8")


def graded(seconds: float, with_slow: bool) -> tuple[float, float, Counter[str]]:
    """Seconds until the nineteen were done, and until all were; and the outcomes of the slow one."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary, "class")
        hand_in(folder, with_slow)
        plan = Plan(folder, Path(temporary, "a.csv"), jobs=JOBS, seconds=seconds)
        began = time.time()
        grade_class(plan, mark_and_time)
        took = time.time() - began
        records = [json.loads(line) for line in plan.journal.read_text("utf-8").splitlines()]
    marked = {record["submission"]: record for record in records if "submission" in record}
    slow = marked.pop(f"a_{SLOW}", {"exercises": []})
    outcomes = Counter(one["misconception"] or one["outcome"] for one in slow["exercises"])
    return max(record["done"] for record in marked.values()) - began, took, outcomes


@click.command(help=__doc__)
@click.option("--seconds", type=float, multiple=True, default=[SECONDS_PER_SUBMISSION], show_default=True)
def main(seconds: tuple[float, ...]) -> None:
    """Print the table."""
    table = Table("budget", "the others, s", "everybody, s", "the slow one")
    others, everybody, _ = graded(SECONDS_PER_SUBMISSION, with_slow=False)
    table.add_row("nobody is slow", f"{others:.1f}", f"{everybody:.1f}", "")
    for each in seconds:
        others, everybody, outcomes = graded(each, with_slow=True)
        told = ", ".join(f"{count} {name}" for name, count in outcomes.most_common())
        table.add_row(f"{each:g} s", f"{others:.1f}", f"{everybody:.1f}", told)
    Console().print(table)


if __name__ == "__main__":
    main()
