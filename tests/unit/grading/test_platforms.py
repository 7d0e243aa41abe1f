"""What platforms get is what they document, whatever a learner's code says; and Classroom 50's autograder.

The schemas in platforms/ say where they are from.
"""

import importlib.util
import json
import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from helpers.errors import CourseError
from helpers.grading.platforms import (
    as_classroom50,
    as_gradescope,
    as_prairielearn,
    gradescope_refusal,
    prairielearn_refusal,
)
from helpers.grading.report import Report
from helpers.grading.submission import Unread
from helpers.judging.verdict import OutcomeName, Verdict
from helpers.lessons.found import EXERCISES

ROOT = Path(__file__).parents[3]
SCHEMAS = Path(__file__).parent / "platforms"
NASTY = "a|b <script>alert(1)</script>\x00\x1b[31m\n::error::x\ud800"
EXERCISE = next(iter(EXERCISES.values()))
OUTCOMES: tuple[OutcomeName, ...] = ("passed", "misconception", "not_started", "raised", "checker_broken")
REPORT = Report(
    "me",
    7,
    tuple(Verdict(EXERCISE, outcome, NASTY, "Next.") for outcome in OUTCOMES),
    (f"Left out: {NASTY}",),
    unread=(Unread(NASTY, "It is empty."),),
)
ENVIRONMENT = {
    "CLASSROOM": "cs",
    "ASSIGNMENT": "hello",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://github.com/o/r/commit/1",
    "RELEASE_URL": "https://github.com/o/r/releases/tag/1",
    "OWNER": "alice",
}


def valid(text: str, platform: str) -> dict[str, Any]:
    """The document, as the platform reads it."""
    document: dict[str, Any] = json.loads(text)
    schema = json.loads((SCHEMAS / f"{platform}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)
    return document


def test_classroom50() -> None:
    """Their schema, and what their validators add to it: no score exceeds what there is to be had."""
    result = valid(as_classroom50(REPORT, ENVIRONMENT), "classroom50")
    assert (result["score"], result["max-score"]) == (EXERCISE.points, 5 * EXERCISE.points)
    assert result["score"] == sum(test["score"] for test in result["tests"])
    assert all(test["score"] <= test["max-score"] for test in result["tests"])
    assert [test["passed"] for test in result["tests"]] == [True] + [False] * 5
    assert result["review"] == result["commit"]
    assert "\n::error" not in result["tests"][1]["output"]


@pytest.mark.parametrize("missing", ENVIRONMENT)
def test_no_classroom50(missing: str) -> None:
    """Elsewhere than in their runner: what is missing."""
    with pytest.raises(CourseError, match=missing):
        as_classroom50(REPORT, {name: value for name, value in ENVIRONMENT.items() if name != missing})


def test_gradescope() -> None:
    """A test for each exercise, with our message, of which nothing is taken for HTML."""
    results = valid(as_gradescope(REPORT), "gradescope")
    assert results["score"] == sum(test.get("score", 0) for test in results["tests"])
    assert [test["status"] for test in results["tests"]] == ["passed"] + ["failed"] * 5
    assert results["tests"][1]["output"].endswith("Next.")
    assert {results[key] for key in ("output_format", "test_output_format", "test_name_format")} == {"text"}


def test_prairielearn() -> None:
    """A share of the points, and the same tests."""
    results = valid(as_prairielearn(REPORT), "prairielearn")
    assert results["score"] == 0.2
    assert [test["points"] for test in results["tests"]] == [EXERCISE.points, 0, 0, 0, 0, 0]
    assert valid(as_prairielearn(replace(REPORT, verdicts=())), "prairielearn")["score"] == 0


def test_refused() -> None:
    """What could not be graded says why: to Gradescope with no points, to PrairieLearn at no cost."""
    assert valid(gradescope_refusal("Why."), "gradescope")["output"] == "Why."
    assert valid(prairielearn_refusal("Why."), "prairielearn")["format_errors"] == ["Why."]


def autograder() -> ModuleType:
    """`.classroom50/autograder.py`."""
    path = ROOT / ".classroom50" / "autograder.py"
    assert len(path.read_text("utf-8").splitlines()) < 60
    specification = importlib.util.spec_from_file_location("autograder", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def stand_in(folder: Path, code: int, writes: Mapping[str, str]) -> Path:
    """A `course` that says how it was called, writes some files, and ends with `code`."""
    folder.mkdir(parents=True)
    command = folder / "course"
    command.write_text(
        f"#!{sys.executable}\nimport json, os, pathlib, sys\n"
        f"pathlib.Path({str(folder.parents[1] / 'said')!r}).write_text(json.dumps([os.getcwd(), sys.argv[1:]]))\n"
        f"for option, text in {dict(writes)!r}.items():\n"
        "    pathlib.Path(sys.argv[sys.argv.index(option) + 1]).write_text(text)\n"
        f"sys.exit({code})\n",
        "utf-8",
    )
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return command


@pytest.mark.skipif(sys.platform == "win32", reason="their runner is Ubuntu")
@pytest.mark.parametrize(("code", "expected"), [(0, 0), (1, 0), (2, 1)])
def test_autograder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, expected: int) -> None:
    """Graded elsewhere than in the checkout; what a learner put there for a result is never anybody's."""
    checkout, elsewhere = tmp_path / "checkout", tmp_path / "elsewhere"
    checkout.mkdir()
    elsewhere.write_text("theirs", "utf-8")
    (checkout / "result.json").symlink_to(elsewhere)
    (checkout / "release-body.md").mkdir()
    (checkout / "release-body.md" / "x").touch()
    writes = {} if code == 2 else {"--classroom50": "ours", "--markdown": "ours"}
    module = autograder()
    monkeypatch.setattr(module, "install", lambda folder: stand_in(tmp_path / "bin" / "x", code, writes))
    monkeypatch.setattr(module, "LESSONS", ["06_retries"])
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path))
    assert module.main(checkout) == expected
    found = {path.name: path.read_text("utf-8") for path in checkout.iterdir()}
    assert found == ({} if code == 2 else {"result.json": "ours", "release-body.md": "ours"})
    assert elsewhere.read_text("utf-8") == "theirs"
    where, arguments = json.loads((tmp_path / "said").read_text("utf-8"))
    assert not Path(where).is_relative_to(checkout)
    assert arguments[:2] == ["grade", str(checkout)]
    assert arguments[arguments.index("--lesson") + 1] == "06_retries"
    assert os.listdir(tmp_path).count("checkout") == 1
