"""Grades with `helpers.grading`."""

import sys
from pathlib import Path

from helpers.grading.grader import grade
from helpers.grading.nursery import Nursery
from tests.benchmarks.graders.processes.answering import answer


def main(folder: Path) -> None:
    """Grade the students in `folder` that stdin names."""
    with Nursery() as nursery:
        answer(lambda student: grade(folder / student / "submission.ipynb", nursery=nursery).score)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
