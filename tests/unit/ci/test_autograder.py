"""Gradescope's archive, run in folders laid out as Gradescope's."""

import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from helpers.ci.autograder import write_gradescope
from helpers.errors import CourseError

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "tests/unit/grading/platforms/gradescope.schema.json").read_text("utf-8"))
LESSON = "00_start_here"


@pytest.fixture(scope="module")
def autograder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """/autograder, with what Gradescope unpacks, and this Python in place of what setup.sh installs."""
    root = tmp_path_factory.mktemp("autograder")
    archive = root / "autograder.zip"
    write_gradescope(archive, [LESSON])
    with zipfile.ZipFile(archive) as file:
        modes = {info.filename: info.external_attr >> 16 for info in file.infolist()}
        file.extractall(root / "source")
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    (root / "run_autograder").write_bytes((root / "source" / "run_autograder").read_bytes())
    course = root / "source" / "course"
    command = course / ".venv" / "bin" / "course"
    command.parent.mkdir(parents=True)
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{course}" exec "{sys.executable}" -c "from helpers.cli import main; main()" "$@"\n',
        "utf-8",
    )
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return root


def graded(root: Path, **files: str) -> tuple[int, dict[str, object]]:
    """What `run_autograder` ends with, and what it has written of a submission of these files."""
    submission = root / "submission"
    for name, content in files.items():
        path = submission / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    environment = {**os.environ, "AUTOGRADER_ROOT": str(root)}
    ended = subprocess.run(["bash", str(root / "run_autograder")], cwd=root, env=environment, capture_output=True)
    results = json.loads((root / "results" / "results.json").read_text("utf-8"))
    jsonschema.validate(results, SCHEMA)
    for name in files:
        (submission / name).unlink()
    return ended.returncode, results


@pytest.mark.skipif(sys.platform == "win32", reason="Gradescope's is Ubuntu")
def test_gradescope(autograder: Path) -> None:
    """A test for each exercise of the lesson, in a folder that has nothing but the archive and a submission."""
    source = "def first_answer(client):\n    return 'no'\n"
    files = {"deep/00_start_here.py": source, "helpers/cli/__init__.py": "raise SystemExit(9)"}
    code, results = graded(autograder, **files)
    assert code == 0
    tests = results["tests"]
    assert isinstance(tests, list)
    assert {test["name"].partition(":")[0] for test in tests} == {LESSON}
    assert tests[0]["output"]


@pytest.mark.skipif(sys.platform == "win32", reason="Gradescope's is Ubuntu")
def test_nothing_handed_in(autograder: Path) -> None:
    """It says so to who handed it in."""
    code, results = graded(autograder, **{"essay.pdf": ""})
    assert code == 0
    assert (results["score"], results["tests"]) == (0, [])
    assert "holds no notebook" in str(results["output"])
    assert "essay.pdf" in str(results["output"])


def test_same_archive(tmp_path: Path) -> None:
    """The same course gives the same archive, and no list of lessons names none."""
    for name in ("a.zip", "b.zip"):
        write_gradescope(tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        script = file.read("run_autograder").decode()
    assert '--gradescope "$results"\n' in script


def test_refused(tmp_path: Path) -> None:
    """One sentence, and nothing half-written."""
    with pytest.raises(CourseError, match="did you mean 06_retries"):
        write_gradescope(tmp_path / "a.zip", ["06_retrie"])
    with pytest.raises(CourseError, match="cannot be written"):
        write_gradescope(tmp_path / "nowhere" / "a.zip")
    with pytest.raises(CourseError, match="is not in"):
        write_gradescope(tmp_path / "a.zip", root=tmp_path)
    assert not list(tmp_path.iterdir())
