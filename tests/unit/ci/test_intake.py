"""What is taken from a learner's checkout, and what is not."""

import os
import sys
from pathlib import Path

import pytest

from helpers.ci import intake
from helpers.ci.intake import take_in
from helpers.errors import CourseError

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are made otherwise there")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one notebook."""
    folder = tmp_path / "checkout"
    (folder / "notebooks").mkdir(parents=True)
    (folder / "notebooks" / "mine.ipynb").write_text("mine", "utf-8")
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_only_notebooks(checkout: Path, target: Path) -> None:
    """A `.py` may be a notebook. Everything else stays behind, and nobody is told: it is there in every checkout."""
    for name in ("conftest.txt", "progress.txt", ".hidden.ipynb", "script.py"):
        (checkout / "notebooks" / name).touch()
    (checkout / "notebooks" / "backups").mkdir()
    (checkout / "helpers").mkdir()
    (checkout / "helpers" / "check.py").touch()
    assert take_in(checkout, target) == []
    assert names(target) == ["mine.ipynb", "script.py"]


@needs_links
@pytest.mark.parametrize("to", ["../../secret.ipynb", "mine.ipynb", "nowhere"])
def test_link(checkout: Path, target: Path, to: str) -> None:
    """A link is left out, wherever it leads."""
    (checkout.parent / "secret.ipynb").touch()
    (checkout / "notebooks" / "link.ipynb").symlink_to(to)
    assert [one.said for one in take_in(checkout, target)] == [
        "link.ipynb is a link: put the notebook itself in its place."
    ]
    assert names(target) == ["mine.ipynb"]


@needs_links
def test_linked_folder(checkout: Path, target: Path) -> None:
    """The folder itself can be a link, too."""
    (checkout / "notebooks").rename(checkout.parent / "elsewhere")
    (checkout / "notebooks").symlink_to("../elsewhere")
    with pytest.raises(CourseError, match="There is no folder notebooks/"):
        take_in(checkout, target)


@needs_links
def test_no_file(checkout: Path, target: Path) -> None:
    """Neither a folder nor a pipe is opened, whatever it is called."""
    (checkout / "notebooks" / "folder.ipynb").mkdir()
    os.mkfifo(checkout / "notebooks" / "pipe.ipynb")
    left_out = [one.said for one in take_in(checkout, target)]
    assert all("is no ordinary file" in said for said in left_out)
    assert len(left_out) == 2


def test_large(checkout: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest that is taken, and one byte more."""
    monkeypatch.setattr(intake, "LARGEST_FILE", 4)
    (checkout / "notebooks" / "large.ipynb").write_bytes(b"12345")
    assert len(take_in(checkout, target)) == 1
    assert names(target) == ["mine.ipynb"]


def test_many(checkout: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first ones are taken."""
    monkeypatch.setattr(intake, "MOST_FILES", 1)
    (checkout / "notebooks" / "other.ipynb").touch()
    assert [one.said for one in take_in(checkout, target)] == ["other.ipynb comes after 1 others."]


@needs_links
def test_unprintable_name(checkout: Path, target: Path) -> None:
    """A name of several lines is neither taken nor shown as such."""
    (checkout / "notebooks" / "a\n::error::b.ipynb").touch()
    (left_out,) = take_in(checkout, target)
    assert left_out.said.startswith(r"a\x0a::error::b.ipynb has a name that cannot be printed")


@pytest.mark.parametrize("folder", ["notebooks", "elsewhere"])
def test_nothing_to_take(tmp_path: Path, target: Path, folder: str) -> None:
    """One sentence when there is no notebook."""
    (tmp_path / folder).mkdir()
    with pytest.raises(CourseError, match=r"There is no (notebook in the )?folder notebooks/"):
        take_in(tmp_path, target)
