"""A first contribution as CONTRIBUTING tells it: begun, filled in, checked, built, and removed without a trace."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
MATERIAL: Final = Path(__file__).parent / "contribution"
LESSON: Final = "14_pacing"
EXERCISE: Final = "first_words"
ATTEMPT: Final = '''"""Believes that this is what was asked for."""

from helpers import MODEL


def first_words(client, prompt):
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    text = "".join(block.text for block in message.content if block.type == "text")
'''
PARTS: Final = (
    "it has not 3 hints that differ",
    "mistake_one has no cause",
    "our solution does not pass: In `one answer`: expected the text",
    "right_one does not say what its author believed",
    "right_two is told not_started",
    "wrong_mistake_four is told not_started",
    "it does not say “After this lesson you can”, with a list",
    "it does not begin with its **minutes**",
    "it does not say what it costs live, such as “(Live, one short request goes to the API: under one cent.)”, or that",
    "it does not say what it does not cover",
    "it has 0 questions with answers, not 3",
    "it does not say, for the README, what one can do afterwards",
)
"""What `course check` says of a lesson and an exercise that were begun and not filled in."""
REST: Final = (
    "tests/attempts",
    "tests/notebooks",
    "tests/unit/test_floors.py",
    "tests/unit/proofs",
    "tests/unit/workbook",
    "tests/unit/grading/test_found_by_name.py",
    "tests/unit/classroom/test_tables.py",
    "tests/unit/classroom/test_overview.py",
)
"""The tests that go through every lesson and exercise there is."""


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python in the copy, with the copy's package."""
    environment = {**os.environ, "PYTHONPATH": str(root), "COURSE_SPEED": "0"}
    return subprocess.run([sys.executable, *arguments], cwd=root, env=environment, capture_output=True, text=True)


def course(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The copy's `course`."""
    return run(root, "-c", "from helpers.cli import main; main()", *arguments)


def git(root: Path, *arguments: str) -> str:
    """What git says in the copy."""
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the course as it is here, committed."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    root = tmp_path_factory.mktemp("contribution") / "course"
    listed = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    for name in listed:
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / name)
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "--message=As it is")
    return root


@pytest.mark.weekly
def test_first_contribution(checkout: Path) -> None:
    """The whole way, as one person goes it."""
    begun(checkout)
    filled(checkout)
    removed(checkout)


def begun(root: Path) -> None:
    """Everything is there, and `course check` names each part that is missing."""
    for arguments in (["new", "lesson", LESSON], ["new", "exercise", f"{LESSON}/{EXERCISE}"], ["build", LESSON]):
        done = course(root, *arguments)
        assert done.returncode == 0, done.stderr
    said = course(root, "check", LESSON)
    assert said.returncode == 1
    assert [part for part in PARTS if part not in said.stdout] == []


def filled(root: Path) -> None:
    """With all parts filled in, nothing is missing, and the tests of every lesson go through the new one too."""
    attempts = root / "tests/attempts" / LESSON / EXERCISE
    shutil.copy(MATERIAL / "lesson.txt", root / "helpers/lessons/pacing/__init__.py")
    shutil.copy(MATERIAL / "check.txt", root / f"helpers/lessons/pacing/checks/{EXERCISE}.py")
    shutil.copy(MATERIAL / "source.txt", root / f"solutions/{LESSON}.py")
    for path in attempts.iterdir():
        path.unlink()
    for attempt in (MATERIAL / "attempts.txt").read_text("utf-8").strip().split("\n\n"):
        name, _, body = attempt.partition("\n")
        (attempts / f"{name}.py").write_text(f"{ATTEMPT}{body}\n", "utf-8")
    built = course(root, "build", LESSON)
    assert built.returncode == 0, built.stderr
    assert f"[14 Pacing](notebooks/{LESSON}.ipynb) | read no more" in (root / "README.md").read_text("utf-8")
    said = course(root, "check", LESSON)
    assert said.returncode == 0, said.stdout
    for tool in (
        ["ruff", "check"],
        ["ruff", "format", "--check"],
        ["mypy", f"helpers/lessons/pacing/checks/{EXERCISE}.py"],
    ):
        done = run(root, "-m", *tool)
        assert done.returncode == 0, done.stdout
    tests = run(root, "-m", "pytest", "-q", "-x", "-k", f"{EXERCISE} or {LESSON} or not [", *REST)
    assert tests.returncode == 0, tests.stdout[-3_000:]


def removed(root: Path) -> None:
    """Three folders and a build later the course is what it was, to the byte: so the rest of its tests are green."""
    git(root, "add", "--all")
    places = ["helpers/lessons/pacing", f"tests/attempts/{LESSON}", f"solutions/{LESSON}*", f"notebooks/{LESSON}*"]
    git(root, "rm", "-r", "--quiet", "--force", "--", *places)
    built = course(root, "build", "00_start_here")
    assert built.returncode == 0, built.stderr
    git(root, "add", "--all")
    assert git(root, "diff", "--cached", "--stat", "HEAD") == ""
