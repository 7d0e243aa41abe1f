"""What counts as a submission, and how its cells are read."""

from pathlib import Path

import pytest

from helpers.errors import CourseError
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


@pytest.mark.parametrize("minor", [0, 2, 5, 6])
def test_any_minor_version(write_notebook: WriteNotebook, minor: int) -> None:
    """Every version of notebook format 4 is read."""
    assert len(read_file(write_notebook("a = 1", nbformat_minor=minor)).cells) == 1


def test_source_in_lines(write_notebook: WriteNotebook) -> None:
    """Notebooks on disk keep a cell as a list of lines."""
    cells = [{"cell_type": "code", "source": ["a = 1\n", "b = 2"]}]
    assert read_file(write_notebook(cells=cells)).cells[0].source == "a = 1\nb = 2"


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
        ("lesson.ipynb", "{", "is not a notebook"),
        ("lesson.ipynb", "[]", "is not a notebook"),
        ("lesson.ipynb", "[" * 100_000, "is not a notebook"),
        ("lesson.ipynb", '{"nbformat": 3, "worksheets": []}', "has notebook format 3"),
        ("lesson.ipynb", '{"nbformat": 4}', "format 4 is needed"),
    ],
)
def test_no_notebook(tmp_path: Path, name: str, content: str, sentence: str) -> None:
    """What is not a notebook is said to be none, and how to mend it."""
    (tmp_path / name).write_text(content)
    with pytest.raises(CourseError, match=sentence):
        read_submission(tmp_path / name)


def test_not_text(tmp_path: Path) -> None:
    """A file that is not UTF-8 is refused with a sentence."""
    (tmp_path / "lesson.py").write_bytes(b"\xff\xfe")
    with pytest.raises(CourseError, match="not UTF-8"):
        read_submission(tmp_path / "lesson.py")


def test_nothing_there(tmp_path: Path) -> None:
    """A missing path and an empty folder are refused with a sentence."""
    with pytest.raises(CourseError, match="does not exist"):
        read_submission(tmp_path / "nowhere")
    with pytest.raises(CourseError, match="holds no notebook"):
        read_submission(tmp_path)
