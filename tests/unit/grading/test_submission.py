"""What counts as a submission, and how its cells are read."""

import errno
import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers.errors import CourseError
from helpers.grading import submission
from helpers.grading.submission import read_file, read_submission
from tests.unit.grading.conftest import WriteNotebook


def test_code_cells(write_notebook: WriteNotebook) -> None:
    """The code cells of a notebook are read, and named by their places among all cells."""
    file = read_file(write_notebook("a = 1", "b = 2"))
    assert [(cell.label, cell.source) for cell in file.cells] == [
        ("08_midstream.ipynb, cell 2", "a = 1"),
        ("08_midstream.ipynb, cell 3", "b = 2"),
    ]


def test_bom(write_notebook: WriteNotebook) -> None:
    """A byte order mark is no part of the text."""
    assert len(read_file(write_notebook("a = 1", bom=True)).cells) == 1


def notebook(minor: int = 5) -> dict[str, Any]:
    """A notebook as this version of the format wants it, with all that a cell may have."""
    code: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {},
        "outputs": [],
        "source": ["a = 1\n", "b = 2"],
    }
    words: dict[str, Any] = {"cell_type": "markdown", "metadata": {}, "source": "# ![](attachment:a.png)"}
    if minor > 0:
        words["attachments"] = {"a.png": {"image/png": "aGVsbG8="}}
    cells = [words, {**code, "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}]}, code]
    if minor >= 5:
        cells = [{**cell, "id": f"cell-{number}"} for number, cell in enumerate(cells)]
    return {"nbformat": 4, "nbformat_minor": minor, "metadata": {}, "cells": cells}


@pytest.mark.parametrize("minor", range(6))
def test_any_minor_version(tmp_path: Path, minor: int) -> None:
    """Every version of notebook format 4 is read, each as its own schema has it."""
    content = notebook(minor)
    nbformat.validate(content)
    (tmp_path / "a.ipynb").write_text(json.dumps(content))
    assert [cell.source for cell in read_file(tmp_path / "a.ipynb").cells] == ["a = 1\nb = 2"] * 2


def test_later_minor_version(write_notebook: WriteNotebook) -> None:
    """One that does not exist yet is read as far as it is understood."""
    assert len(read_file(write_notebook("a = 1", nbformat_minor=9)).cells) == 1


@pytest.mark.parametrize("missing", ["metadata", "outputs", "execution_count", "id"])
def test_missing_fields(tmp_path: Path, missing: str) -> None:
    """What a reader of code does not need may be missing, in the notebook and in its cells."""
    content = notebook()
    content.pop(missing, None)
    for cell in content["cells"]:
        cell.pop(missing, None)
    (tmp_path / "a.ipynb").write_text(json.dumps(content))
    assert len(read_file(tmp_path / "a.ipynb").cells) == 2


@pytest.mark.parametrize("cell", [None, 1, [], {}, {"cell_type": "code"}, {"cell_type": "code", "source": [1, None]}])
def test_odd_cell(write_notebook: WriteNotebook, cell: object) -> None:
    """A cell that is none does not take the others along."""
    good = {"cell_type": "code", "source": "a = 1"}
    assert "a = 1" in [one.source for one in read_file(write_notebook(cells=[cell, good])).cells]


@pytest.mark.parametrize("suffix", [".ipynb", ".py"])
def test_line_endings(tmp_path: Path, suffix: str) -> None:
    """Windows ends lines in its own way, inside of JSON and outside."""
    text = json.dumps(notebook(), indent=1) if suffix == ".ipynb" else "# %%\na = 1\nb = 2\n# %%\na = 1\nb = 2\n"
    (tmp_path / f"a{suffix}").write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    cells = read_file(tmp_path / f"a{suffix}").cells
    assert len(cells) == 2
    assert not any("\r" in cell.source for cell in cells)


def test_outputs_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a notebook has printed is passed over, so that nobody has to clear it; what it holds besides is bounded."""
    monkeypatch.setattr(submission, "MOST_CHARACTERS", 3_000)
    content = notebook()
    content["cells"][0]["attachments"] = {"a.png": {"image/png": "A" * 10_000}}
    content["cells"][1]["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": ['   "outputs": [\n', "   ]\n"] * 1_000},
        {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 10_000}},
    ]
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(content, indent=1, sort_keys=True))  # as Jupyter does
    assert [cell.source for cell in read_file(path).cells] == ["a = 1\nb = 2"] * 2
    path.write_text(json.dumps(content))
    assert [cell.source for cell in read_file(path).cells] == ["a = 1\nb = 2"] * 2, "white space makes no difference"
    content["cells"][1]["source"] = "a = 1\n" * 1_000
    path.write_text(json.dumps(content))
    with pytest.raises(CourseError, match="more than 3,000 characters: clear its outputs"):
        read_file(path)


def test_far_too_large(tmp_path: Path) -> None:
    """A gigabyte is not read to find out what is in it."""
    with (tmp_path / "a.ipynb").open("wb") as file:
        file.truncate(submission.LARGEST_FILE + 1)
    with pytest.raises(CourseError, match="larger than 1,000 MB: clear its outputs"):
        read_file(tmp_path / "a.ipynb")


def test_percent_format(tmp_path: Path) -> None:
    """Cells of a `.py` keep the line numbers of their file."""
    path = tmp_path / "lesson.py"
    path.write_text("# ---\n# jupytext:\n# ---\n\n# %% [markdown]\n# Words\n\n# %%\na = 1\n", "utf-8")
    last = read_file(path).cells[-1]
    assert last.label == "lesson.py, line 8"
    assert last.source.splitlines().index("a = 1") == 8


def test_pair_counts_once(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    """A `.py` beside its `.ipynb` is the same notebook."""
    write_notebook("a = 1", name="01_standard.ipynb")
    (tmp_path / "01_standard.py").write_text("a = 1\n")
    (tmp_path / "08_midstream.py").write_text("a = 1\n")
    (tmp_path / ".hidden.py").write_text("a = 1\n")
    assert [file.name for file in read_submission(tmp_path).files] == ["01_standard.ipynb", "08_midstream.py"]


def test_checkout(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    """A checkout of the course is graded by what the learner wrote, not by our solutions."""
    write_notebook("mine = 1", name="notebooks/08_midstream.ipynb")
    write_notebook("ours = 1", name="solutions/08_midstream.ipynb")
    assert [file.cells[0].source for file in read_submission(tmp_path).files] == ["mine = 1"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("lesson.txt", "", "is not a notebook: name an .ipynb"),
        ("lesson.ipynb", "{", "ends before it is complete"),
        ("lesson.ipynb", "{1}", "is no JSON"),
        ("lesson.ipynb", "[]", "has no list of cells"),
        ("lesson.ipynb", "[" * 100_000, "is nested deeper"),
        ("lesson.ipynb", '{"nbformat": 3, "worksheets": []}', "has notebook format 3"),
        ("lesson.ipynb", '{"nbformat": 4}', "has no list of cells"),
    ],
)
def test_no_notebook(tmp_path: Path, name: str, content: str, sentence: str) -> None:
    """What is not a notebook is said to be none, and how to mend it."""
    (tmp_path / name).write_text(content)
    with pytest.raises(CourseError, match=sentence):
        read_submission(tmp_path / name)


@pytest.mark.parametrize("content", [b"\xff\xfe", "é".encode("latin-1"), "a = 1".encode("utf-16")])
@pytest.mark.parametrize("name", ["lesson.py", "lesson.ipynb"])
def test_not_text(tmp_path: Path, name: str, content: bytes) -> None:
    """A file that is not UTF-8 is refused with a sentence."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CourseError, match="not UTF-8"):
        read_submission(tmp_path / name)


@pytest.mark.parametrize("content", ["", "\n", "\ufeff"])
def test_empty_file(tmp_path: Path, content: str) -> None:
    """An empty script has no cells; an empty notebook is none."""
    for name in ("lesson.py", "lesson.ipynb"):
        (tmp_path / name).write_text(content, "utf-8")
    assert read_file(tmp_path / "lesson.py").cells == ()
    with pytest.raises(CourseError, match="is empty: save the notebook again"):
        read_file(tmp_path / "lesson.ipynb")


def test_odd_characters(write_notebook: WriteNotebook) -> None:
    """A nul byte or half a surrogate pair is the compiler's matter, and does not end the reading."""
    assert [cell.source for cell in read_file(write_notebook("a = 1\0", "\ud800")).cells] == ["a = 1\0", "\ud800"]


def test_name_of_a_file(write_notebook: WriteNotebook) -> None:
    """A file's name is shown in reports, and may not begin a line of its own there."""
    file = read_file(write_notebook("a = 1", name="a\n::error::b.ipynb"))
    assert file.name == r"a\x0a::error::b.ipynb"
    assert "\n::" not in file.cells[0].label


def test_bad_file_in_a_folder(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    """In a folder, what cannot be read is left out and said to be; what is no notebook is passed over."""
    write_notebook("a = 1", name="01_standard.ipynb")
    (tmp_path / "02_streaming.ipynb").write_text("{")
    (tmp_path / "03_batches.ipynb").mkdir()
    (tmp_path / "04_choosing.py").write_bytes(b"\xff")
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "data").mkdir()
    read = read_submission(tmp_path)
    assert [file.name for file in read.files] == ["01_standard.ipynb"]
    assert [one.name for one in read.unread] == ["02_streaming.ipynb", "03_batches.ipynb", "04_choosing.py"]
    assert not any(str(tmp_path) in note for note in read.notes)
    assert "03_batches.ipynb is a folder: put the notebook itself in its place." in read.notes[1]


def test_nothing_readable_in_a_folder(tmp_path: Path) -> None:
    """When nothing is left, the reasons are the error."""
    (tmp_path / "01_standard.ipynb").write_text("{")
    with pytest.raises(CourseError, match=r"Left out: .*ends before it is complete"):
        read_submission(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX has these")
def test_no_file(tmp_path: Path) -> None:
    """A pipe, a socket and a device are refused at once: reading them would wait, or never end."""
    os.mkfifo(tmp_path / "01.ipynb")
    (tmp_path / "02.py").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(tmp_path / "03.ipynb"))
        for name in ("01.ipynb", "02.py", "03.ipynb"):
            with pytest.raises(CourseError, match=r"no ordinary file|cannot be read"):
                read_file(tmp_path / name)
        with pytest.raises(CourseError, match="Left out"):
            read_submission(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links(tmp_path: Path) -> None:
    """A link in a folder leads to a file of that folder, or is left out: what it names might be a secret."""
    outside, inside = tmp_path / "secret.py", tmp_path / "work"
    outside.write_text("key = 'sk-…'")
    inside.mkdir()
    (inside / "mine.py").write_text("a = 1")
    (inside / "01_same.py").symlink_to("mine.py")
    (inside / "02_other.py").symlink_to(outside)
    (inside / "03_round.py").symlink_to("03_round.py")
    (inside / "04_nowhere.py").symlink_to("nowhere.py")
    read = read_submission(inside)
    assert [file.name for file in read.files] == ["01_same.py", "mine.py"]
    assert ["is a link to a file elsewhere" in note for note in read.notes] == [True, False, False]
    assert read_file(inside / "02_other.py").cells, "one that is named by the person who grades is followed"


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be read is said to be one. Root may read every file, so the refusal is played."""

    def refuse(path: Path, flags: int) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    (tmp_path / "a.py").write_text("a = 1")
    monkeypatch.setattr("os.open", refuse)
    with pytest.raises(CourseError, match="cannot be read: Permission denied"):
        read_file(tmp_path / "a.py")


def test_nothing_there(tmp_path: Path) -> None:
    """A missing path and an empty folder are refused with a sentence."""
    with pytest.raises(CourseError, match="does not exist"):
        read_submission(tmp_path / "nowhere")
    with pytest.raises(CourseError, match="holds no notebook"):
        read_submission(tmp_path)
