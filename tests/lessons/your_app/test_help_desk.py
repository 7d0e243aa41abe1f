"""Lesson A2: what is given is known again, its check and the plugin's rules agree, and pytest runs its cells."""

import ast
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from helpers.authoring.cells import GIVEN, REPAIR, tags
from helpers.authoring.source import read_lesson
from helpers.judging.check import Run
from helpers.judging.checking import check_function, run_cases
from helpers.lessons.your_app import LESSON
from helpers.lessons.your_app.checks.helpdesk import CHECK, PATIENCE
from helpers.lessons.your_app.help_desk import HelpDesk
from helpers.proofs.attempts import attempted, attempts_at, promised
from helpers.testing import endings
from helpers.testing.evidence import Evidence
from helpers.testing.survival import RULES

ROOT: Final = Path(__file__).parents[3]
SAME: Final[Mapping[str, str]] = {
    "retried_4xx": "retried_4xx",
    "stacked_retries": "stacked_retries",
    "retries_switched_off": "gave_up",
    "taken_for_whole": "taken_for_whole",
    "no_timeout": "no_timeout",
}
"""What the check calls it, and what the rules do."""
FAULTS: Final = ("retried_4xx", "taken_for_whole", "no_timeout", "no_request_id")


def class_in(source: str) -> str:
    """The last class that `source` defines, without comments and line breaks."""
    return ast.unparse(next(node for node in reversed(ast.parse(source).body) if isinstance(node, ast.ClassDef)))


def found_in(function: Callable[..., Any]) -> set[str]:
    """What the rules find in the cases of the check, by what the desk said and logged too."""
    return set[str]().union(*map(_found_in, run_cases(CHECK, function)))


def _found_in(run: Run) -> set[str]:
    raised = run.observation.raised
    outcome = RuntimeError(raised.message) if raised else run.value
    evidence = Evidence(run.wire, outcome=outcome, logs=run.observation.notes.get("lines"), scenario=run.case.scenario)
    return {finding.kind for rule in RULES for finding in rule(evidence)}


def test_given_in_the_lesson() -> None:
    """The class that the lesson hands out is the one that an untouched class is held against."""
    cells = read_lesson(ROOT / f"solutions/{LESSON.name}.py", ROOT).notebook.cells
    (source,) = [cell.source for cell in cells if GIVEN in tags(cell)]
    given = (ROOT / "helpers/lessons/your_app/help_desk.py").read_text("utf-8")
    assert class_in(source) == class_in(given)
    assert check_function(CHECK, HelpDesk).outcome == "not_started"


def test_four_faults() -> None:
    """The rules find all four in the class that is given."""
    assert found_in(HelpDesk) >= set(FAULTS)


@pytest.mark.parametrize("attempt", attempts_at(CHECK, ROOT, "right"), ids=lambda path: path.stem)
def test_right(attempt: Path) -> None:
    """What the check lets pass, the rules do."""
    assert found_in(attempted(attempt)) == set()


@pytest.mark.parametrize("attempt", attempts_at(CHECK, ROOT, "wrong"), ids=lambda path: path.stem)
def test_wrong(attempt: Path) -> None:
    """What both know by a name, both find; what neither the wire nor a line shows, the check alone does."""
    kind = SAME.get(str(promised(attempt)[1]))
    assert kind is None or kind in found_in(attempted(attempt))


def test_same_patience() -> None:
    """Nobody waits longer here than there."""
    assert PATIENCE == endings.PATIENCE


def test_in_pytest(tmp_path: Path) -> None:
    """The cells of the lesson are a test file: its four tests fail with the class that is given, and pass with ours."""
    for tag in (GIVEN, REPAIR):
        (tmp_path / f"test_{tag}.py").write_text(_as_tests(tag), "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHONPATH"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=line", "-q"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert "4 failed, 4 passed" in done.stdout, done.stdout + done.stderr
    for kind in FAULTS:
        assert kind in done.stdout


def _as_tests(tag: str) -> str:
    """The cells that the lesson's “In your own project” names, with the class that has this tag."""
    cells = read_lesson(ROOT / f"solutions/{LESSON.name}.py", ROOT).notebook.cells
    begin, end = (next(at for at, cell in enumerate(cells) if cell.source.startswith(one)) for one in SECTIONS)
    imports = [cell for cell in cells if cell.source.startswith(IMPORTS) and "progress" not in cell.source]
    tests = [cell for cell in cells[begin:end] if cell.source.startswith(("def ", "CUT_SHORT"))]
    desk = [cell for cell in cells if tag in tags(cell)]
    return "\n\n".join(_definitions(cell.source) for cell in [*imports, *desk, *tests])


IMPORTS: Final = ("from ", "import ", "QUESTION")
SECTIONS: Final = ("## A test on this wire", "**Predict:**")


def _definitions(source: str) -> str:
    """`source` without what only shows something, and without what needs a notebook."""
    return ast.unparse(ast.Module([node for node in ast.parse(source).body if not isinstance(node, ast.Expr)], []))
