"""The floors of the house hold: an import that goes up, or across, is refused."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PLANTED: Final = {
    "helpers/replay/clock.py": ("from helpers.judging.check import Check", "Whatever stands lower"),
    "helpers/lessons/retries/schedule.py": ("import helpers.lessons.streaming.waiting", "No lesson knows another"),
    "helpers/lessons/streaming/screens.py": (
        "from helpers.lessons.streaming.checks.show import CHECK",
        "What judges an exercise is imported by nobody",
    ),
    "helpers/lessons/batches/drivers.py": (
        "from helpers.judging.words import draw_prompt",
        "What stands beside the checks of a lesson does not judge",
    ),
    "helpers/calling/guard.py": (
        "def late() -> None:\n    import helpers.judging.verdict",
        "The process that runs strangers' code knows nothing that judges",
    ),
}


def lint(root: Path) -> tuple[int, str]:
    """What the linter says of the package at `root`."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env={"PYTHONPATH": str(root)})
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package and of what it is held to."""
    shutil.copytree(ROOT / "helpers", tmp_path / "helpers", ignore=shutil.ignore_patterns("__pycache__", "fixtures"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("module", PLANTED)
def test_planted_import(house: Path, module: str) -> None:
    """Each rule is broken by an import that breaks it, also inside a function."""
    line, rule = PLANTED[module]
    with (house / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    code, said = lint(house)
    assert code == 1, said
    assert any(each.startswith(rule) and "BROKEN" in each for each in said.splitlines()), said


def test_as_it_is(house: Path) -> None:
    """As the house stands, every rule holds."""
    code, said = lint(house)
    assert (code, said.count("KEPT")) == (0, 5), said


def test_new_room(house: Path) -> None:
    """A room that no floor was given to is refused."""
    (house / "helpers/attic.py").write_text("", "utf-8")
    code, said = lint(house)
    assert code == 1
    assert "attic" in said


def test_learners_process_has_nothing_that_judges() -> None:
    """What runs a learner's code has not imported a verdict, a hint or an expected value by another way either."""
    script = "import sys, helpers.grading.zygote; print(*(one for one in sys.modules if one.startswith('helpers.')))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "helpers.calling.stage" in loaded
    assert [one for one in loaded if one.startswith("helpers.judging") or ".checks" in one] == []
