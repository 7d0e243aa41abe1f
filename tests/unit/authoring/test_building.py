import json
import sys
from pathlib import Path
from typing import Any

import pytest

from helpers.authoring.building import build
from helpers.authoring.report import Backup, BuildReport, Problem, format_report
from helpers.errors import CourseError

from .conftest import SOURCE, WriteLesson

SOLUTION = "solutions/08_midstream.ipynb"
LEARNER = "notebooks/08_midstream.ipynb"


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def read(path: Path) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(path.read_bytes())
    return notebook


def retype(path: Path, source: str) -> bytes:
    """What a learner does: type into the last cell, and save. Returns the notebook."""
    notebook = read(path)
    notebook["cells"][-1]["source"] = [source]
    path.write_text(json.dumps(notebook))
    return path.read_bytes()


def test_two_notebooks(tmp_path: Path, write_lesson: WriteLesson) -> None:
    """The solution's notebook was run and keeps its outputs; the learner's was not and holds the stub."""
    write_lesson()
    report = build(None, tmp_path)
    assert report == BuildReport(("08_midstream",), written=(SOLUTION, LEARNER))
    solution, learner = read(tmp_path / SOLUTION)["cells"], read(tmp_path / LEARNER)["cells"]
    assert [cell.get("execution_count") for cell in solution] == [None, 1, 2, 3]
    assert [output["text"] for output in solution[1]["outputs"]] == [["out\n", "out again\n"], ["err\n"]]
    assert solution[3]["outputs"][0]["data"] == {"text/plain": ["42"]}
    assert [cell["id"] for cell in learner] == [cell["id"] for cell in solution[:3]]
    assert learner[2]["source"][-1] == "    ..."


def test_byte_stable(tmp_path: Path, write_lesson: WriteLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    """Built twice, the bytes are the same, whatever the environment; then a check finds nothing."""
    write_lesson()
    write_lesson("09_widgets", "# %%\nimport ipywidgets\n\nipywidgets.Dropdown(options=['a'])\n")
    build(None, tmp_path)
    first = files(tmp_path)
    for path in ("solutions/09_widgets.ipynb", SOLUTION, LEARNER):
        (tmp_path / path).unlink()
    monkeypatch.setenv("COLUMNS", "40")
    build(None, tmp_path)
    assert files(tmp_path) == first
    assert build(None, tmp_path, check=True) == BuildReport(("08_midstream", "09_widgets"), checked_only=True)


def test_clean_environment(tmp_path: Path, write_lesson: WriteLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lesson runs in replay, at once, in this interpreter, beside its source, with no key in reach."""
    monkeypatch.setenv("COURSE_MODE", "live")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-1")
    monkeypatch.setenv("GITHUB_TOKEN", "t")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "profile"))
    write_lesson(
        text=f"""\
# %%
import os
import sys

import helpers

environment = dict(os.environ)
assert environment["COURSE_MODE"] == "replay"
assert environment["COURSE_SPEED"] == "0"
assert not [name for name in environment if name.startswith("ANTHROPIC_") or "TOKEN" in name]
assert sys.executable == {sys.executable!r}
assert os.path.basename(os.getcwd()) == "solutions"
assert environment["IPYTHONDIR"] == environment["JUPYTER_CONFIG_DIR"]
"""
    )
    build(None, tmp_path)
    assert not (tmp_path / "profile").exists()


def test_raising_cell(tmp_path: Path, write_lesson: WriteLesson) -> None:
    """A cell that raises is named by its line and the exception; nothing is written, not for other lessons either."""
    write_lesson("00_start_here")
    write_lesson(text='# %%\nx = 1\n\n# %%\n\nraise ValueError("first line\\nlast line")\n')
    before = files(tmp_path)
    with pytest.raises(CourseError, match=r"^solutions/08_midstream\.py:4: the cell raised ValueError: last line$"):
        build(None, tmp_path)
    assert files(tmp_path) == before


def test_no_kernel(tmp_path: Path, write_lesson: WriteLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interpreter without a kernel is named, with the command that installs it."""
    write_lesson()
    monkeypatch.setattr("helpers.authoring.kernel.KERNEL_MODULE", "no_such_module")
    with pytest.raises(CourseError, match=r"^The kernel of .* does not start: run `make install`"):
        build(None, tmp_path)


def test_every_failing_lesson(tmp_path: Path, write_lesson: WriteLesson) -> None:
    """Each lesson that fails has its line; a kernel that ends is a failure too."""
    write_lesson("00_start_here", "# %%\nimport os\n\nos._exit(1)\n")
    write_lesson("01_standard", "# %%\nobject()\n")
    with pytest.raises(CourseError) as caught:
        build(None, tmp_path)
    ended, address = str(caught.value).splitlines()
    assert ended.startswith("solutions/00_start_here.py:1: the kernel ended while it ran the cell")
    assert address.startswith('solutions/01_standard.py:1: an output of this cell holds "0x')


@pytest.mark.usefixtures("without_kernel")
class TestFiles:
    """Which files a build writes, and which it leaves alone."""

    def test_unchanged(self, tmp_path: Path, write_lesson: WriteLesson) -> None:
        """What is up to date is not written again."""
        write_lesson()
        build(None, tmp_path)
        stamps = [(tmp_path / path).stat().st_mtime_ns for path in (SOLUTION, LEARNER)]
        assert build(None, tmp_path) == BuildReport(("08_midstream",), unchanged=(SOLUTION, LEARNER))
        assert [(tmp_path / path).stat().st_mtime_ns for path in (SOLUTION, LEARNER)] == stamps

    def test_backup(self, tmp_path: Path, write_lesson: WriteLesson) -> None:
        """A learner's notebook that was edited is copied first, each time under the next free number."""
        write_lesson()
        build(None, tmp_path)
        for number in (1, 2):
            edited = retype(tmp_path / LEARNER, f"double = {number}")
            copy = f"notebooks/backups/08_midstream.{number}.ipynb"
            report = build(None, tmp_path)
            assert report.backups == (Backup(LEARNER, copy),)
            assert report.written == (LEARNER,)
            assert (tmp_path / copy).read_bytes() == edited
        assert (tmp_path / "notebooks/backups/08_midstream.1.ipynb").exists()

    def test_only_run(self, tmp_path: Path, write_lesson: WriteLesson) -> None:
        """A learner's notebook that was only run is not kept."""
        write_lesson()
        build(None, tmp_path)
        notebook = read(tmp_path / LEARNER)
        notebook["cells"][1]["execution_count"] = 7
        (tmp_path / LEARNER).write_text(json.dumps(notebook))
        assert build(None, tmp_path).backups == ()
        assert not (tmp_path / "notebooks/backups").exists()

    def test_own_notebook(self, tmp_path: Path, write_lesson: WriteLesson) -> None:
        """A file that the build did not make is kept before it is replaced."""
        write_lesson()
        (tmp_path / "notebooks").mkdir()
        (tmp_path / LEARNER).write_bytes(b"mine")
        report = build(None, tmp_path)
        assert (tmp_path / report.backups[0].copy).read_bytes() == b"mine"

    def test_failed_write(self, tmp_path: Path, write_lesson: WriteLesson) -> None:
        """When one file cannot be written, none is, and no temporary file stays."""
        write_lesson()
        (tmp_path / "notebooks").write_text("a file where a folder should be")
        before = files(tmp_path)
        with pytest.raises(CourseError, match=r"08_midstream\.ipynb cannot be written"):
            build(None, tmp_path)
        assert files(tmp_path) == before

    def test_check(self, tmp_path: Path, write_lesson: WriteLesson) -> None:
        """A check names what is stale, missing or orphaned, and writes nothing."""
        source = write_lesson()
        write_lesson("09_logging")
        build(None, tmp_path)
        source.write_text(SOURCE.replace("out again", "again"))
        (tmp_path / "notebooks/09_logging.ipynb").unlink()
        (tmp_path / "notebooks/07_gone.ipynb").write_bytes((tmp_path / LEARNER).read_bytes())
        (tmp_path / "notebooks/Untitled.ipynb").write_text("{}")
        (tmp_path / "solutions/07_gone.ipynb").write_text("{}")
        before = files(tmp_path)
        report = build(None, tmp_path, check=True)
        detail = r'cell 2 (line 4) has another source: stored "print(\"out again\")", now "print(\"again\")"'
        assert report.problems == (
            Problem(SOLUTION, "stale", detail),
            Problem(LEARNER, "stale", detail),
            Problem("notebooks/09_logging.ipynb", "missing", "solutions/09_logging.py makes it"),
            Problem("notebooks/07_gone.ipynb", "orphaned", "there is no solutions/07_gone.py"),
            Problem("solutions/07_gone.ipynb", "orphaned", "there is no solutions/07_gone.py"),
        )
        assert files(tmp_path) == before

    def test_check_edited(self, tmp_path: Path, write_lesson: WriteLesson) -> None:
        """A check says when a learner's notebook is stale because it was edited."""
        write_lesson()
        build(None, tmp_path)
        retype(tmp_path / LEARNER, "mine")
        (problem,) = build(None, tmp_path, check=True).problems
        assert problem.detail.startswith("it was edited; cell 3 (line 12) has another source")

    @pytest.mark.parametrize(
        "name", ["08_midstream", "08", "solutions/08_midstream.py", "notebooks/08_midstream.ipynb"]
    )
    def test_names(self, tmp_path: Path, write_lesson: WriteLesson, name: str) -> None:
        """A lesson is named by its name, its number or one of its files; the others are left alone."""
        write_lesson()
        write_lesson("09_logging", "not a lesson")
        assert build([name], tmp_path).written == (SOLUTION, LEARNER)

    def test_unknown_name(self, tmp_path: Path, write_lesson: WriteLesson) -> None:
        """An unknown name is answered with the nearest one, or with all."""
        write_lesson()
        write_lesson("09_logging")
        with pytest.raises(CourseError, match=r'^There is no lesson "08_midstraem": did you mean "08_midstream"\?$'):
            build(["08_midstraem"], tmp_path)
        with pytest.raises(CourseError, match=r'^There is no lesson "7": the lessons are 08_midstream, 09_logging\.$'):
            build(["7"], tmp_path)

    def test_no_lessons(self, tmp_path: Path) -> None:
        """Run in another folder, it says where to run it."""
        with pytest.raises(CourseError, match="run this in the course's own folder"):
            build(None, tmp_path)


def test_broken_stub(tmp_path: Path, write_lesson: WriteLesson) -> None:
    """A stub that does not compile is named by the cell's line, before anything runs."""
    write_lesson(text="# %%\nx = 1\n\n# %%\n### BEGIN SOLUTION\nif x:\n### END SOLUTION\n    x = 2\n")
    with pytest.raises(
        CourseError, match=r"^solutions/08_midstream\.py:4: without its solution this cell is no Python"
    ):
        build(None, tmp_path)


def test_without_node(tmp_path: Path, write_lesson: WriteLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lesson with TypeScript in it is left out with a sentence, and its notebooks are as they were."""
    monkeypatch.setattr("helpers.authoring.building.problem", lambda: "There is no Node.")
    write_lesson()
    write_lesson("A1_more", '# %% magic_args="one" language="typescript"\n# export const one = 1;\n')
    report = build(None, tmp_path)
    assert report.written == (SOLUTION, LEARNER)
    assert report.left_out == ("A1_more was left out. There is no Node.",)
    assert report.left_out[0] in format_report(report)
    assert build(["A1_more"], tmp_path, check=True).is_clean
