"""A lesson for Colab: the learner's notebook, and above it a cell that fetches what it needs."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpers.authoring.colab import pins, write_colab
from helpers.cli import main
from helpers.errors import CourseError

from .conftest import WriteLesson

ROOT = Path(__file__).parents[3]


@pytest.fixture
def root(tmp_path: Path, write_lesson: WriteLesson) -> Path:
    """A course of one lesson, with the locks of this one."""
    write_lesson()
    for name in ("pyproject.toml", "binder/requirements.txt", "lite/wheels.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text("utf-8"), "utf-8")
    return tmp_path


def test_first_cell(root: Path) -> None:
    """The first cell fetches this very repository; the others are the learner's, stubs and all."""
    (path,) = write_colab("one/course", root)
    first, *others = json.loads(path.read_bytes())["cells"]
    fetch = "".join(first["source"])
    assert path == root / "colab" / "08_midstream.ipynb"
    assert "git clone --quiet --depth 1 https://github.com/one/course /content/course" in fetch
    assert all(pin in fetch for pin in pins(root))
    assert "### BEGIN SOLUTION" not in str(others)
    assert [cell["outputs"] for cell in others if cell["cell_type"] == "code"] == [[], []]


def test_pins() -> None:
    """What is installed is what the learner's lock has; what opens notebooks is Colab's own."""
    lock = (ROOT / "binder" / "requirements.txt").read_text("utf-8")
    names = [pin.partition("==")[0] for pin in pins(ROOT)]
    assert all(re.search(rf"^{re.escape(pin)}\b", lock, re.MULTILINE) for pin in pins(ROOT))
    assert {"anthropic", "httpx2"} <= set(names)
    assert not {"ipykernel", "ipywidgets", "jupyterlab", "notebook"} & set(names)


@pytest.mark.parametrize("name", ["course", "one/two/three", "one/course; rm -rf ~", "one/\ncourse", ""])
def test_no_repository(root: Path, name: str) -> None:
    """Nothing that is no repository's name gets into a command."""
    with pytest.raises(CourseError, match="write it as OWNER/REPO"):
        write_colab(name, root)


def test_command(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`course build --colab` says what is to be done with what it wrote."""
    monkeypatch.chdir(root)
    result = CliRunner().invoke(main, ["build", "--colab", "one/course"])
    assert result.output == "wrote colab: 1 notebooks. Commit and push them to one/course.\n"
