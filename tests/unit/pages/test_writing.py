"""Pages on disk: all of them or none, and nobody's progress in them."""

import copy
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbformat import NotebookNode

from helpers.authoring.cells import CellError
from helpers.cli import main
from helpers.errors import CourseError
from helpers.pages.writing import write_pages
from helpers.workbook.journal import FILE

LESSON = "# %% [markdown]\n# # {0}\n\n# %%\n1 + 1\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course of two lessons, one of them begun by somebody."""
    for folder in ("solutions", "notebooks"):
        (tmp_path / folder).mkdir()
    for name in ("08_midstream", "cheatsheet"):
        (tmp_path / "solutions" / f"{name}.py").write_text(LESSON.format(name), "utf-8")
    (tmp_path / "notebooks" / FILE).write_text("2026-11-23  answer  passed\n", "utf-8")
    return tmp_path


@pytest.fixture
def kernels(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What lay beside each lesson when it was run. A kernel of the cheat sheet raises."""
    seen: list[list[str]] = []

    async def execute(notebook: NotebookNode, folder: Path) -> NotebookNode:
        seen.append([path.name for path in folder.iterdir()])  # noqa: ASYNC240 - it does nothing else
        if seen[-1] == ["cheatsheet.ipynb"]:
            raise CellError(notebook.cells[1], "the cell raised.")
        return copy.deepcopy(notebook)

    monkeypatch.setattr("helpers.pages.running.execute", execute)
    return seen


def test_one_lesson(root: Path, kernels: list[list[str]]) -> None:
    """A lesson by its number, and the list of all; it is run where nobody has passed anything."""
    written = write_pages(root / "html", root, ["08"])
    assert [path.name for path in written] == ["index.html", "08_midstream.html"]
    assert 'href="cheatsheet.html"' in written[0].read_text("utf-8")
    assert kernels == [["08_midstream.ipynb"]]


@pytest.mark.usefixtures("kernels")
def test_none(root: Path) -> None:
    """Where a cell raises, its line is named and nothing is written."""
    with pytest.raises(CourseError, match=r"^solutions/cheatsheet\.py:4: the cell raised\.$"):
        write_pages(root / "html", root)
    assert not (root / "html").exists()


def test_no_heading(root: Path) -> None:
    """A page needs a name."""
    (root / "solutions" / "cheatsheet.py").write_text("# %%\n1\n", "utf-8")
    with pytest.raises(CourseError, match=r"^solutions/cheatsheet\.py has no heading"):
        write_pages(root / "html", root)


def test_not_both() -> None:
    """Pages cannot be checked for being up to date: one thing at a time."""
    result = CliRunner().invoke(main, ["build", "--html", "--check"])
    assert (result.exit_code, "ask for one of them" in result.output) == (2, True)
