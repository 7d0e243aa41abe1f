"""The CI that grades learners: its own steps are run here, on a checkout in which a learner has changed everything.

The steps are read from the files that the servers read. What the servers do themselves is done by hand: they make the
checkouts, and put values in place of expressions. Nothing is installed: a stand-in for uv makes a `.venv` whose
commands run the code of the checkout that it is in.
"""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import pytest
import yaml
from markdown_it import MarkdownIt

from helpers.judging.solutions import solution_source
from helpers.lessons.found import EXERCISES
from tests.unit.ci.runner import commands_in

ROOT: Final = Path(__file__).parents[2]
GITHUB: Final = ROOT / ".github/workflows/grade.yml"
GITLAB: Final = ROOT / ".gitlab/grade.gitlab-ci.yml"
WORKFLOW: Final[dict[Any, Any]] = yaml.safe_load(GITHUB.read_text("utf-8"))
JOB: Final[dict[str, Any]] = WORKFLOW["jobs"]["grade"]
STEPS: Final[list[dict[str, Any]]] = JOB["steps"]
GITLAB_JOB: Final[dict[str, Any]] = yaml.safe_load(GITLAB.read_text("utf-8"))["grade"]
ON: Final = True
"""How YAML 1.1 reads the key `on`."""

BASE: Final = ("helpers", "Makefile", "pyproject.toml", "binder/requirements.txt", "notebooks")
EVIL: Final = "import pathlib\npathlib.Path({marker!r}).touch()\nraise SystemExit(0)\n"
FORGED: Final = (
    *("conftest.py", "sitecustomize.py", "usercustomize.py", "json.py", "notebooks/sitecustomize.py"),
    *("helpers/__init__.py", "helpers/cli/__init__.py", "helpers/grading/__init__.py", "tests/conftest.py", "click.py"),
)
LINES: Final = "::notice title=Points::99 of 99\n##[add-mask]e\n::stop-commands::x"
NAMES: Final = ("::error::a.ipynb", "##[add-mask]e.ipynb", "[b](c).py")

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="the servers run these lines on Linux")


# What the files say


def test_triggers() -> None:
    """Pushes and pull requests, never with the base's token; that token can only read, and no secret is named."""
    assert set(WORKFLOW[ON]) == {"push", "pull_request"}
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "permissions" not in JOB
    assert not re.search(r"\bsecrets\b", re.sub(r"(?m)#.*$", "", GITHUB.read_text("utf-8")))


def test_actions_are_pinned() -> None:
    """Each action by the hash of a commit, with the version that it is of; no checkout leaves its token behind."""
    text = GITHUB.read_text("utf-8")
    uses = re.findall(r"uses: (.*)", text)
    assert len(uses) == sum("uses" in step for step in STEPS)
    assert [use for use in uses if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)] == []
    checkouts = [step for step in STEPS if step.get("uses", "").startswith("actions/checkout@")]
    assert [step["with"]["persist-credentials"] for step in checkouts] == [False, False]


def test_scripts_hold_no_expression() -> None:
    """What a server puts in place of an expression would be run: a branch can have any name."""
    assert [step["run"] for step in STEPS if "${{" in step.get("run", "")] == []


def test_base_and_learner() -> None:
    """The base is not the learner's commit; of that, only notebooks/ is checked out."""
    base, learner = (step["with"] for step in STEPS if "checkout@" in step.get("uses", ""))
    assert (base["path"], learner["path"]) == ("course", "submission")
    assert "sha }}" not in base["ref"]
    assert ".head." not in base["ref"]
    assert "github.sha" not in base["ref"]
    assert learner["sparse-checkout"] == "notebooks"


def test_reports_are_kept() -> None:
    """All reports, whatever the grade: on GitLab its JUnit file as such."""
    upload = next(step for step in STEPS if "upload-artifact@" in step.get("uses", ""))
    assert upload["with"]["path"] == GITLAB_JOB["artifacts"]["paths"][0] == "reports/"
    assert "!cancelled()" in upload["if"]
    assert GITLAB_JOB["artifacts"]["when"] == "always"
    assert GITLAB_JOB["artifacts"]["reports"]["junit"] == "reports/junit.xml"


def test_gitlab_includes_it() -> None:
    """A copy of the course on GitLab runs the very file that others include."""
    included = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text("utf-8"))["include"]
    assert included == [{"local": GITLAB.relative_to(ROOT).as_posix()}]


# What they do


@dataclass(frozen=True)
class Ran:
    """What a run left behind."""

    folder: Path
    log: str
    codes: list[int]

    @property
    def report(self) -> dict[str, Any]:
        """The report as JSON."""
        document: dict[str, Any] = json.loads((self.folder / "reports/report.json").read_text("utf-8"))
        return document

    def names(self, outcome: str) -> set[str]:
        """The exercises with this outcome."""
        return {each["name"] for each in self.report["exercises"] if each["outcome"] == outcome}


def script(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]), "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def notebook(*sources: str) -> str:
    cells = [{"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": text} for n, text in enumerate(sources)]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


@dataclass(frozen=True)
class Place:
    """Two checkouts side by side, and what else a server has."""

    root: Path

    @property
    def work(self) -> Path:
        """Where a job works."""
        return self.root / "work"

    @property
    def marker(self) -> Path:
        """A file that is there when something of the learner's was run that should not have been."""
        return self.root / "marker"

    def make_tools(self) -> None:
        """Commands for PATH: this very Python, a uv whose .venv runs the course around it, and a sudo without power."""
        folder = self.root / "bin"
        script(folder / "sudo", f'echo "$@" >> "{self.root}/sudo.log"')
        for name in ("python", "python3"):
            script(folder / name, f'exec "{sys.executable}" "$@"')
        start = "import sys; sys.path.insert(0, sys.argv.pop(1)); from helpers.cli import main; main()"
        script(folder / "course", f'exec "{sys.executable}" -P -c "{start}" "$(dirname "$0")/../.." "$@"')
        copies = f'mkdir -p .venv/bin && cp "{folder}/python" "{folder}/course" .venv/bin/'
        script(folder / "uv", f'if [ "$1" = venv ]; then {copies}; fi')

    def make_base(self) -> Path:
        """A checkout of the course."""
        folder = self.work / "course"
        for name in BASE:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "backups"))
            else:
                shutil.copyfile(ROOT / name, folder / name)
        return folder

    def make_forged(self, base: Path) -> Path:
        """A learner's checkout: one exercise solved, one wrong, and everything else made to say that all is well."""
        folder = self.work / "submission"
        shutil.copytree(base, folder)
        for name in FORGED:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(EVIL.format(marker=str(self.marker)), "utf-8")
        (folder / "pyproject.toml").write_text('[project]\nname = "course"\nversion = "9"\n', "utf-8")
        notebooks = folder / "notebooks"
        imports = "from anthropic import Anthropic\nfrom helpers import MODEL"
        right = solution_source(EXERCISES["first_answer"])
        wrong = f"def request_id_of(message):\n    raise ValueError({LINES!r})"
        (notebooks / "00_start_here.ipynb").write_text(notebook(imports, right, wrong), "utf-8")
        solved = self.root / "solved.ipynb"
        solved.write_text(notebook(imports, solution_source(EXERCISES["ask"])), "utf-8")
        (notebooks / "01_standard.ipynb").unlink()
        (notebooks / "01_standard.ipynb").symlink_to(solved)
        for name in NAMES:
            (notebooks / name).write_text(notebook("1"), "utf-8")
        (notebooks / "##[error]::warning::x.ipynb").symlink_to("nowhere")
        return folder

    def run(self, line: str, folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a script as both servers do: in bash that stops at the first failure."""
        path = f"{self.root / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", line],
            cwd=folder,
            env={"PATH": path, "HOME": str(self.root), "LC_ALL": "C.UTF-8", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )

    def run_github(self) -> Ran:
        """Run every `run` step of the workflow, also after one that failed, as their conditions say."""
        logs, codes = [], []
        for step in (step for step in STEPS if "run" in step):
            own = {name: re.sub(r"\$\{\{.*?\}\}", "owner/course", value) for name, value in step.get("env", {}).items()}
            summary = {"GITHUB_STEP_SUMMARY": str(self.work / "summary.md")}
            result = self.run(step["run"], self.work, {**summary, **own})
            logs.append(result.stdout)
            codes.append(result.returncode)
        return Ran(self.work, "".join(logs), codes)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A place with nothing but tools."""
    place = Place(tmp_path)
    place.make_tools()
    return place


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The workflow, run on the forged checkout."""
    place = Place(tmp_path_factory.mktemp("github"))
    place.make_tools()
    place.make_forged(place.make_base())
    ran = place.run_github()
    assert not place.marker.exists(), "something of the learner's was run"
    return ran


@needs_posix
def test_forged_checkout(graded: Ran) -> None:
    """The grade is the base's: what is right passes, what is wrong does not, and nothing of the rest was run."""
    assert graded.codes == [0, 0, 1, 0], graded.log
    assert graded.names("passed") == {"first_answer"}
    unread = {exercise.name for exercise in EXERCISES.values() if exercise.lesson == "01_standard"}
    assert graded.names("raised") == {"request_id_of"} | unread
    assert graded.names("not_started") == set(EXERCISES) - {"first_answer", "request_id_of"} - unread


@needs_posix
def test_nobody_commands(graded: Ran) -> None:
    """Neither what the learner's code said nor the name of a file is a command to the runner. The points are."""
    points = graded.report["score"], graded.report["max_score"]
    assert commands_in(graded.log) == ["::notice title=Points::{} of {}".format(*points)]
    assert "- Left out: #\\#[error]::warning::x.ipynb is a link" in graded.log


@needs_posix
def test_summary(graded: Ran) -> None:
    """A table with a row for each exercise; no link, picture or element comes from the learner."""
    html = MarkdownIt("commonmark").enable("table").render((graded.folder / "summary.md").read_text("utf-8"))
    assert html.count("<tr>") == 1 + len(EXERCISES)
    assert f"{graded.report['score']} of {graded.report['max_score']} points" in html
    assert "owner/course" in html
    elements = set(re.findall(r"<(\w+)", html))
    assert elements <= {"h2", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "code", "ul", "li"}


@needs_posix
def test_junit(graded: Ran) -> None:
    """It parses, and has a case for each exercise, and one for each file that could not be read."""
    suite = ElementTree.parse(graded.folder / "reports/junit.xml").getroot()[0]
    cases = suite.findall("testcase")
    assert {case.get("name") for case in cases if case.get("classname") != "not read"} == set(EXERCISES)
    assert "01_standard.ipynb" in {case.get("name") for case in cases if case.get("classname") == "not read"}


@needs_posix
def test_nothing_begun(place: Place) -> None:
    """The notebooks as they are handed out: no points, and nothing failed."""
    shutil.copytree(place.make_base() / "notebooks", place.work / "submission/notebooks")
    ran = place.run_github()
    assert ran.codes == [0, 0, 0, 0], ran.log
    assert ran.names("not_started") == set(EXERCISES)
    assert "userns=0" in (place.root / "sudo.log").read_text("utf-8")


@needs_posix
def test_not_graded(place: Place) -> None:
    """A learner who deleted everything reads why in the summary, and gets no points: neither any nor none."""
    place.make_base()
    (place.work / "submission").mkdir()
    ran = place.run_github()
    assert ran.codes == [0, 0, 2, 0]
    assert commands_in(ran.log) == []
    assert "There is no folder notebooks/" in (ran.folder / "summary.md").read_text("utf-8")
    assert not (ran.folder / "reports/junit.xml").exists()


@needs_posix
@pytest.mark.skipif(shutil.which("git") is None, reason="the lines make checkouts")
def test_gitlab(place: Place) -> None:
    """The same grade on GitLab, where the lines make the checkouts themselves, whatever an earlier job left there."""
    left = place.root / "job"
    (left / "reports").mkdir(parents=True)
    (left / "reports/junit.xml").write_text("forged", "utf-8")
    base = place.make_base()
    forged = place.make_forged(base)
    course, _ = commit(base)
    address, head = commit(forged)
    variables = {"CI_REPOSITORY_URL": address, "CI_COMMIT_SHA": head, "CI_DEFAULT_BRANCH": "main", "COURSE_URL": course}
    ran = place.run("\n".join(GITLAB_JOB["script"]), left, variables)
    assert ran.returncode == 1, ran.stdout
    assert Ran(left, ran.stdout, []).names("passed") == {"first_answer"}
    assert not place.marker.exists()
    unread = 3  # two links, and a notebook that is called a script
    assert ElementTree.parse(left / "reports/junit.xml").getroot()[0].get("tests") == str(len(EXERCISES) + unread)


def commit(folder: Path) -> tuple[str, str]:
    """The address of a repository with one commit of `folder`, and that commit."""
    git = [
        "git",
        "-C",
        str(folder),
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@a.example",
        "-c",
        "core.hooksPath=/dev/null",
    ]
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A", "-f"], ["commit", "-q", "-m", "all"]):
        subprocess.run([*git, *arguments], check=True, capture_output=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return folder.as_uri(), head.stdout.strip()
