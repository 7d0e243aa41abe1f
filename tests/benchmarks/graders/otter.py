"""otter-grader without containers, as `otter run` grades."""

from typing import Final

from tests.benchmarks.graders.grader import Grader
from tests.benchmarks.graders.submission import NAMES, Functions, code, write_notebook

TEST: Final = """\
from otter.test_files import test_case

OK_FORMAT = False
name = "{name}"
points = 1


@test_case(points=1)
def test_{name}({name}):
    from tests.benchmarks.graders.checks import check_{name}

    check_{name}({name})
"""


class Otter(Grader):
    """A test for each exercise, in the archive that `otter generate` makes."""

    name = "otter-grader"
    module = "tests.benchmarks.graders.processes.otter"

    def prepare(self) -> None:
        tests = self.folder / "tests"
        tests.mkdir()
        for name in NAMES:
            (tests / f"{name}.py").write_text(TEST.format(name=name), "utf-8")
        self.run("otter", "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment")

    def hand_in(self, student: str, functions: Functions) -> None:
        write_notebook(self.folder / student / "submission.ipynb", map(code, functions.values()))
