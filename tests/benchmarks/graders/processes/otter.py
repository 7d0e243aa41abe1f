"""Grades with otter-grader, through its own function for programs."""

import sys
from pathlib import Path

from otter.api import grade_submission

from tests.benchmarks.graders.processes.answering import answer


def main(folder: Path) -> None:
    """Grade the students in `folder` that stdin names."""
    autograder = str(folder / "autograder.zip")
    answer(lambda student: grade_submission(str(folder / student / "submission.ipynb"), autograder, quiet=True).total)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
