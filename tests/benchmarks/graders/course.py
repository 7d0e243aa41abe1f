"""Ours: an isolated child for every submission, forked from a process that is kept warm."""

from tests.benchmarks.graders.grader import Grader
from tests.benchmarks.graders.submission import Functions, code, write_notebook


class Course(Grader):
    """`helpers.grading`."""

    name = "course"
    module = "tests.benchmarks.graders.processes.course"

    def hand_in(self, student: str, functions: Functions) -> None:
        write_notebook(self.folder / student / "submission.ipynb", map(code, functions.values()))
