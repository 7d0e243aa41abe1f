"""The commands `grade`, `build` and `lab`."""

import json
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from helpers import case
from helpers.authoring.report import BuildReport, Problem
from helpers.cli import main
from tests.unit.grading.conftest import WriteNotebook

RIGHT = "def request_id_of(message):\n    return message._request_id"
WRONG = "def request_id_of(message):\n    return message.id"


def course(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_all_passed(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    """Exit code 0, and each report in its file."""
    path = write_notebook(RIGHT, name="mine.ipynb")
    files = [tmp_path / name for name in ("report.json", "report.xml", "report.md")]
    result = course("grade", path, "--json", files[0], "--junit", files[1], "--markdown", files[2])
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("✓ request_id_of — passed\n1 of 1 points.")
    assert json.loads(files[0].read_text("utf-8"))["exercises"][0]["outcome"] == "passed"
    assert all(file.read_text("utf-8").strip() for file in files)


def test_not_all_passed(write_notebook: WriteNotebook) -> None:
    """Exit code 1, the card's text, and the seed that repeats it."""
    result = course("grade", write_notebook(WRONG, name="mine.ipynb"), "--only", "request_id_of", "--seed", 5)
    assert result.exit_code == 1
    assert "✗ request_id_of — 0 of 2 cases right" in result.stdout
    assert "--seed 5" in result.stdout


def test_the_case_in_hand(write_notebook: WriteNotebook) -> None:
    """A terminal is offered the case as the card is, with the seed: in hand it is the very one that was graded."""
    result = course("grade", write_notebook(WRONG, name="mine.ipynb"), "--seed", 5)
    code = ('client, inputs = case(request_id_of, "one call", seed=5)', "request_id_of(**inputs)")
    assert "".join(f"      {line}\n" for line in code) in result.stdout
    assert "    curl " in result.stdout
    _, inputs = case("request_id_of", "one call", seed=5)
    assert f"you returned `{inputs['message'].id!r}`" in result.stdout
    assert f"you returned `{inputs['message'].id!r}`" not in course("grade", write_notebook(WRONG)).stdout


def test_a_case_that_ended_the_process(write_notebook: WriteNotebook) -> None:
    """Of a case in which nothing more could be seen there is the code alone."""
    source = "import os\ndef request_id_of(message):\n    os._exit(3)"
    result = course("grade", write_notebook(source, name="mine.ipynb"), "--seed", 5)
    # Whichever came first in the order of that seed.
    assert re.search(r'= case\(request_id_of, "[^"]+", seed=\d+\)', result.stdout)
    assert "What was expected" not in result.stdout


def test_cannot_write(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    """Exit code 2 and one sentence on stderr; the report is shown all the same."""
    result = course("grade", write_notebook(RIGHT, name="mine.ipynb"), "--json", tmp_path / "nowhere" / "report.json")
    assert result.exit_code == 2
    assert result.stdout.startswith("✓ request_id_of — passed\n")
    assert len(result.stderr.splitlines()) == 1


def test_hostile_path(tmp_path: Path) -> None:
    """A name that somebody else chose is no workflow command and no escape sequence, also where it is only named."""
    result = course("grade", tmp_path / "##[error]a\x1b[31m.ipynb")
    assert (result.exit_code, "##[" in result.stderr, "\x1b" in result.stderr) == (2, False, False)


@pytest.mark.parametrize("arguments", [["nowhere.ipynb"], [__file__, "--only", "aks"], [__file__]])
def test_cannot_grade(arguments: list[str]) -> None:
    """Exit code 2 and one sentence on stderr."""
    result = course("grade", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("problems", [(), (Problem("notebooks/a.ipynb", "stale", "cell 3"),)])
def test_build(monkeypatch: pytest.MonkeyPatch, check: bool, problems: tuple[Problem, ...]) -> None:
    """Exit code 1 when a check finds something."""
    report = BuildReport(("a",), checked_only=check, problems=problems)
    monkeypatch.setattr("helpers.authoring.building.build", lambda names, root, check: report)
    result = course("build", *(["--check"] if check else []))
    assert result.exit_code == (1 if check and problems else 0)
    assert ("stale" in result.stdout) is bool(problems)


def test_build_of_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside the course, one sentence and exit code 2."""
    monkeypatch.chdir(tmp_path)
    result = course("build")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "run this in the course's own folder" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Lab is a child process there")
def test_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lab takes the place of the command, with its arguments."""
    started: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda program, command: started.append(command))
    monkeypatch.setenv("PATH", "/bin")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert course("lab", "--no-browser", "--port=8899").exit_code == 0
    assert started[0][:3] == [sys.executable, "-m", "jupyterlab"]
    assert {"--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb", "--no-browser", "--allow-root"} < set(
        started[0]
    )
