"""`course reset`: back to how it was handed out, and nothing lost."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from helpers import cli
from helpers.cli import learner
from helpers.lessons.found import EXERCISES
from helpers.workbook import desk, editions
from helpers.workbook.journal import add, read_journal

ROOT = Path(__file__).parents[3]
MINE = "def ask(client, prompt):\n    return 'mine'"
Edit = Callable[[list[dict[str, Any]]], None]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with two lessons."""
    for lesson in ("01_standard", "10_capstone"):
        for name in (f"solutions/{lesson}.py", f"notebooks/{lesson}.ipynb"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(ROOT / name, tmp_path / name)
    monkeypatch.setattr(learner, "ROOT", tmp_path)
    return tmp_path


def reset(name: str) -> Result:
    return CliRunner().invoke(cli.main, ["reset", name])


def work_on(root: Path, edit: Edit, lesson: str = "01_standard") -> bytes:
    """Change the cells of a notebook as `edit` does. Returns what is in the file then."""
    path = root / "notebooks" / f"{lesson}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    edit(notebook["cells"])
    path.write_text(json.dumps(notebook), "utf-8")
    return path.read_bytes()


def write_mine(cells: list[dict[str, Any]]) -> None:
    """Solve `ask`, run its cell, and write a remark elsewhere."""
    cell = next(cell for cell in cells if "def ask(" in "".join(cell["source"]))
    cell.update(source=MINE, outputs=[{"output_type": "stream", "name": "stdout", "text": "mine"}], execution_count=3)
    cells[0]["source"] = "# My remark"


def cells_of(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cells"]
    return cells


def sources(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in cells_of(path)]


@pytest.mark.parametrize("name", ["01_standard", "01", "notebooks/01_standard.ipynb"])
def test_lesson(root: Path, name: str) -> None:
    """Byte for byte as it was handed out; the copy is byte for byte what was there."""
    mine = work_on(root, write_mine)
    result = reset(name)
    assert (result.exit_code, result.stderr) == (0, "")
    assert (root / "notebooks/01_standard.ipynb").read_bytes() == (ROOT / "notebooks/01_standard.ipynb").read_bytes()
    assert (root / "notebooks/backups/01_standard.1.ipynb").read_bytes() == mine
    assert "notebooks/backups/01_standard.1.ipynb" in result.stdout


def test_exercise(root: Path) -> None:
    """One cell as it was handed out, without outputs; the others as they are."""
    mine = work_on(root, write_mine)
    assert reset("ask").exit_code == 0
    path = root / "notebooks/01_standard.ipynb"
    handed_out = sources(ROOT / "notebooks/01_standard.ipynb")
    assert sources(path) == ["# My remark", *handed_out[1:]]
    cell = next(cell for cell in cells_of(path) if "def ask(" in "".join(cell["source"]))
    assert (cell["outputs"], cell["execution_count"]) == ([], None)
    assert (root / "notebooks/backups/01_standard.1.ipynb").read_bytes() == mine


def test_never_over_a_copy(root: Path) -> None:
    """The second copy stands beside the first."""
    first = work_on(root, write_mine)
    reset("ask")
    second = work_on(root, write_mine)
    reset("01_standard")
    copies = [(root / f"notebooks/backups/01_standard.{number}.ipynb").read_bytes() for number in (1, 2)]
    assert copies == [first, second]


def test_nothing_to_do(root: Path) -> None:
    """No copy of what is as it was."""
    for name in ("01_standard", "ask"):
        assert "already" in reset(name).stdout
    assert not (root / "notebooks/backups").exists()


def test_deleted_notebook(root: Path) -> None:
    """A lesson comes back; an exercise of it says how."""
    (root / "notebooks/01_standard.ipynb").unlink()
    assert "`course reset 01_standard`" in reset("ask").stderr
    assert reset("01_standard").stdout.startswith("01_standard.ipynb is as it was handed out. It was missing.")
    assert (root / "notebooks/01_standard.ipynb").read_bytes() == (ROOT / "notebooks/01_standard.ipynb").read_bytes()


@pytest.mark.parametrize(
    "edit",
    [
        lambda cells: [cell.pop("id") for cell in cells],
        lambda cells: cells.reverse(),
        lambda cells: [cell.update(id=str(place)) for place, cell in enumerate(cells)],
    ],
    ids=["no ids", "another order", "other ids"],
)
def test_cell_found(root: Path, edit: Edit) -> None:
    """By what it defines, when it is not the cell that was handed out, also where that is no Python."""

    def work(cells: list[dict[str, Any]]) -> None:
        write_mine(cells)
        cell = next(cell for cell in cells if cell["source"] == MINE)
        cell["source"] = f"%%time\n{MINE}\n  oops("
        edit(cells)

    work_on(root, work)
    assert reset("ask").exit_code == 0
    stub = next(text for text in sources(ROOT / "notebooks/01_standard.ipynb") if "def ask(" in text)
    assert stub in sources(root / "notebooks/01_standard.ipynb")
    assert not any("mine" in text for text in sources(root / "notebooks/01_standard.ipynb"))


def test_second_definition(root: Path) -> None:
    """Another cell that defines it is left alone, and that is said."""
    work_on(root, lambda cells: cells.append({**cells[-1], "id": "x", "cell_type": "code", "source": MINE}))
    work_on(root, write_mine)
    assert "1 more of its cells define ask" in reset("ask").stdout
    assert sources(root / "notebooks/01_standard.ipynb")[-1] == MINE


def test_deleted_cell(root: Path) -> None:
    """It says how to get it back, and changes nothing."""
    mine = work_on(root, lambda cells: cells.clear())
    result = reset("ask")
    assert result.exit_code == 2
    assert "`course reset 01_standard`" in result.stderr
    assert (root / "notebooks/01_standard.ipynb").read_bytes() == mine


def test_class_to_repair(root: Path) -> None:
    """The capstone shows its class twice: the second is the learner's, and there is no word of the first."""

    def work(cells: list[dict[str, Any]]) -> None:
        shown = [cell for cell in cells if "class SupportBot" in "".join(cell["source"])]
        assert len(shown) == 2
        shown[1]["source"] = "class SupportBot: ..."

    work_on(root, work, "10_capstone")
    result = reset("SupportBot")
    assert "more of its cells" not in result.stdout
    assert sources(root / "notebooks/10_capstone.ipynb") == sources(ROOT / "notebooks/10_capstone.ipynb")


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"cells": [1]}'])
def test_broken_notebook(root: Path, content: bytes) -> None:
    """An exercise cannot be put back into it; the lesson can, and what was there is kept."""
    (root / "notebooks/01_standard.ipynb").write_bytes(content)
    assert "puts the whole lesson back" in reset("ask").stderr
    assert reset("01").exit_code == 0
    assert (root / "notebooks/backups/01_standard.1.ipynb").read_bytes() == content


@pytest.mark.parametrize(
    ("name", "meant"), [("aks", "ask"), ("01_standart", "01_standard"), ("lon_report", "long_report")]
)
def test_unknown_name(root: Path, name: str, meant: str) -> None:
    """The nearest names."""
    result = reset(name)
    assert result.exit_code == 2
    assert f"did you mean {meant}" in result.stderr


def test_progress(root: Path) -> None:
    """What is begun again is not passed any more: the exercise, or all of the lesson."""
    folder = root / "notebooks"
    for name in ("first_answer", "ask", "long_report"):
        add(folder, name, "passed")
    work_on(root, write_mine)
    reset("ask")
    assert set(read_journal(folder).states) == {"first_answer", "long_report"}
    reset("01_standard")
    assert set(read_journal(folder).states) == {"first_answer"}


def test_no_place_for_a_copy(root: Path) -> None:
    """Where no copy can be kept, nothing is changed."""
    (root / "notebooks/backups").touch()
    mine = work_on(root, write_mine)
    result = reset("ask")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert (root / "notebooks/01_standard.ipynb").read_bytes() == mine


def test_every_exercise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each exercise of the course can be put back."""
    for folder in ("solutions", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("backups", "progress.txt"))
    monkeypatch.setattr(learner, "ROOT", tmp_path)
    for name in EXERCISES:
        result = reset(name)
        assert "already" in result.stdout, result.output


def test_without_a_terminal(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a browser the notebook as handed out comes with the course, the learner's is elsewhere, and a call does it."""
    monkeypatch.setattr(editions, "ROOT", root)
    monkeypatch.setattr("sys.platform", "emscripten")
    drive = tmp_path / "drive"
    drive.mkdir()
    monkeypatch.chdir(drive)
    assert '`reset("01_standard")` puts it there' in repr(desk.reset("ask"))
    handed_out = (root / "notebooks" / "01_standard.ipynb").read_bytes()
    work_on(root, write_mine)
    mine = (root / "notebooks" / "01_standard.ipynb").rename(drive / "01_standard.ipynb").read_bytes()
    (root / "notebooks" / "01_standard.ipynb").write_bytes(handed_out)
    add(drive, "ask", "passed")
    assert "kept in backups/01_standard.1.ipynb" in repr(desk.reset("ask"))
    assert MINE not in sources(drive / "01_standard.ipynb")
    assert "# My remark" in sources(drive / "01_standard.ipynb")
    assert (drive / "backups" / "01_standard.1.ipynb").read_bytes() == mine
    assert read_journal(drive).states == {}
    assert "01_standard.ipynb is as it was handed out" in repr(desk.reset("01"))
    assert (drive / "01_standard.ipynb").read_bytes() == handed_out
