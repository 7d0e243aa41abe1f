"""Who is in the class, and what of a submission is read."""

import os
import sys
from pathlib import Path

import pytest

from helpers.classroom.roster import Entry, Unusable, read_roster, read_submission
from helpers.errors import CourseError

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are POSIX's")


def test_roster(tmp_path: Path) -> None:
    """Sub-folders by name; a stray file says what it is; hidden files and our own are nobody's."""
    for name in ("ben", "anna", ".git"):
        (tmp_path / name).mkdir()
    for name in ("notes.txt", "grades.csv", ".DS_Store"):
        (tmp_path / name).touch()
    anna, ben, notes = read_roster(tmp_path, [tmp_path / "grades.csv"])
    assert (anna, ben) == (Entry("anna"), Entry("ben"))
    assert notes.name == "notes.txt"
    assert notes.problem == "It is a file, not a folder: put each submission into a folder of its own."


@posix_only
def test_link(tmp_path: Path) -> None:
    """A link to a folder is not followed: it may lead to somebody else's work, or out of the class."""
    (tmp_path / "anna").mkdir()
    (tmp_path / "ben").symlink_to(tmp_path / "anna")
    ben = read_roster(tmp_path)[1]
    assert ben.problem is not None
    assert "link" in ben.problem


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_no_class(tmp_path: Path, name: str) -> None:
    """One sentence where there is nothing to grade."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(CourseError, match="sub-folder"):
        read_roster(tmp_path / name)


def test_submission(tmp_path: Path) -> None:
    """Notebooks and scripts, byte for byte, and nothing else."""
    for name in ("b.py", "a.ipynb", ".hidden.py", "data.csv"):
        (tmp_path / name).write_bytes(b"\xff" + name.encode())
    (tmp_path / "backups.py").mkdir()
    assert read_submission(tmp_path) == {"a.ipynb": b"\xffa.ipynb", "b.py": b"\xffb.py"}


def test_checkout(tmp_path: Path) -> None:
    """A checkout of the course is graded by its notebooks/."""
    (tmp_path / "setup.py").touch()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "a.py").touch()
    assert list(read_submission(tmp_path)) == ["a.py"]


@posix_only
def test_links_and_pipes(tmp_path: Path) -> None:
    """A notebook that is a link is not read, and one that is a pipe is not waited for."""
    (tmp_path / "secret.py").write_text("key = 1", "utf-8")
    submission = tmp_path / "anna"
    submission.mkdir()
    (submission / "a.py").symlink_to(tmp_path / "secret.py")
    os.mkfifo(submission / "b.py")
    with pytest.raises(Unusable, match="holds no notebook"):
        read_submission(submission)


@posix_only
def test_became_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that has become a link since it was listed is not read either."""
    (tmp_path / "secret").write_text("key = 1", "utf-8")
    link = tmp_path / "a.py"
    link.symlink_to(tmp_path / "secret")
    monkeypatch.setattr("helpers.classroom.roster._notebooks", lambda folder: iter([link]))
    with pytest.raises(Unusable, match="cannot be read"):
        read_submission(tmp_path)


def test_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than anybody writes is not read."""
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_bytes(b"12345")
    monkeypatch.setattr("helpers.classroom.roster.MOST_BYTES", 9)
    with pytest.raises(Unusable, match="larger than"):
        read_submission(tmp_path)
    monkeypatch.setattr("helpers.classroom.roster.MOST_FILES", 1)
    with pytest.raises(Unusable, match="2 notebooks"):
        read_submission(tmp_path)
