"""nbgrader, as `nbgrader autograde` grades."""

from collections.abc import Iterator
from typing import Any, Final

from tests.benchmarks.graders.grader import Grader
from tests.benchmarks.graders.submission import Cell, Functions, code, right, write_notebook

NOTEBOOK: Final = "three/three.ipynb"


class Nbgrader(Grader):
    """A course with one assignment: each exercise is a cell to be solved and a locked cell that tests it."""

    name = "nbgrader"
    module = "tests.benchmarks.graders.processes.nbgrader"

    def prepare(self) -> None:
        write_notebook(self.folder / "source" / NOTEBOOK, _cells(right()))
        self.run("nbgrader", "generate_assignment", "three")

    def hand_in(self, student: str, functions: Functions) -> None:
        write_notebook(self.folder / "submitted" / student / NOTEBOOK, _cells(functions))


def _cells(functions: Functions) -> Iterator[Cell]:
    for name, source in functions.items():
        check = f"from tests.benchmarks.graders.checks import check_{name}\n\ncheck_{name}({name})"
        yield code(source, nbgrader=_role(name, solution=True))
        yield code(check, nbgrader=_role(f"test_{name}", grade=True, locked=True, points=1))


def _role(grade_id: str, **role: Any) -> dict[str, Any]:
    roles = dict.fromkeys(("grade", "solution", "locked", "task"), False)
    return {"schema_version": 3, "grade_id": grade_id, **roles, **role}
