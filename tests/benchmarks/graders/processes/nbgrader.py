"""Grades with nbgrader, through its own function for programs."""

import sys
from pathlib import Path

from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from tests.benchmarks.graders.processes.answering import answer


def main(folder: Path) -> None:
    """Grade the students in `folder` that stdin names."""
    api = NbGraderAPI(config=Config(CourseDirectory={"root": str(folder)}))

    def grade(student: str) -> float:
        result = api.autograde("three", student)
        if not result["success"]:
            raise RuntimeError(result.get("error") or result.get("log"))
        with api.gradebook as gradebook:
            return float(gradebook.find_submission("three", student).score)

    answer(grade)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
