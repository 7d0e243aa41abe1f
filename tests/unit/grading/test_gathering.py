"""What somebody handed in becomes notebooks by name."""

import os
import sys
import zipfile
from pathlib import Path

import pytest

from helpers.errors import CourseError
from helpers.grading import gathering
from helpers.grading.gathering import Gathered, Source, gather, notebook_name, read_bounded

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are POSIX's")


def gathered(folder: Path, **files: bytes) -> Gathered:
    """What is found in a folder of files, whose names have / for __."""
    for name, content in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return gather([Source(folder, folder.name)])


@pytest.mark.parametrize(
    ("name", "mended"),
    [
        ("a.ipynb", "a.ipynb"),
        ("a.IPYNB", "a.ipynb"),
        ("a.ipynb.txt", "a.ipynb"),
        ("a.ipynb.json", "a.ipynb"),
        ("a.Py", "a.py"),
        ("a.txt", None),
        (".ipynb", None),
        ("a.ipynb.gz", None),
    ],
)
def test_names(name: str, mended: str | None) -> None:
    """Suffixes that a browser or a system has spoilt."""
    assert notebook_name(name) == mended


def test_contents(tmp_path: Path) -> None:
    """Byte for byte, wherever they are, and nothing of what a program made; what only looks like that is said."""
    (tmp_path / "backups.py").mkdir()
    found = gathered(
        tmp_path,
        **{
            "b.py": b"\xff",
            "deep__er__a.ipynb": b"2",
            ".hidden.py": b"3",
            "._b.py": b"3",
            ".ipynb_checkpoints__a.ipynb": b"4",
            "c.csv": b"5",
        },
    )
    assert found.files == {"a.ipynb": b"2", "b.py": b"\xff"}
    assert len(found.notes) == 1
    assert ".hidden.py begins with a dot" in found.notes[0]


def test_checkout(tmp_path: Path) -> None:
    """A checkout is graded by its notebooks/, never by our solutions beside it; what else is a lesson's is said."""
    found = gathered(
        tmp_path,
        **{
            "course-main__notebooks__01_standard.ipynb": b"theirs",
            "course-main__solutions__01_standard.ipynb": b"ours",
            "course-main__solutions__02_streaming.ipynb": b"ours",
            "course-main__setup.py": b"",
        },
    )
    assert found.files == {"01_standard.ipynb": b"theirs"}
    assert found.notes == ["course-main/solutions/02_streaming.ipynb is not in notebooks/, and was left out."]


@pytest.mark.parametrize(
    ("last", "other"),
    [
        ("01_standard (2).ipynb", "01_standard.ipynb"),
        ("01_standard-3.ipynb", "01_standard (2).ipynb"),
        ("a.py", "x__a.py"),
    ],
)
def test_versions(tmp_path: Path, last: str, other: str) -> None:
    """The last one is taken, and it is said."""
    found = gathered(tmp_path, **{last: b"last", other: b"other"})
    assert list(found.files.values()) == [b"last"]
    [note] = found.notes
    assert note.endswith(f"{last} is graded, not {other.replace('__', '/')}.")


def test_no_lessons_version(tmp_path: Path) -> None:
    """A number behind another name is part of it."""
    assert list(gathered(tmp_path, **{"week-1.py": b"", "week-2.py": b""}).files) == ["week-1.py", "week-2.py"]


def test_archives(tmp_path: Path) -> None:
    """One in another is opened, a third is not; one that must not be opened leaves the rest as it is."""
    inner = b""
    for depth in range(3):
        path = tmp_path / f"{depth}.zip"
        with zipfile.ZipFile(path, "w") as file:
            file.writestr(f"{depth}.py", b"")
            if depth:
                file.writestr(f"{depth - 1}.zip", inner)
        inner = path.read_bytes()
        path.unlink()
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(bad, "w") as file:
        file.writestr("../x.py", b"")
    found = gathered(tmp_path, **{"all.zip": inner, "a.py": b""})
    assert list(found.files) == ["1.py", "2.py", "a.py"]
    archive, refused = found.notes
    assert archive == "all.zip/1.zip/0.zip is an archive in an archive in an archive, and was not opened."
    assert refused.startswith("bad.zip is not unpacked")


def test_nothing(tmp_path: Path) -> None:
    """What there is instead, and what to do."""
    with pytest.raises(
        CourseError, match=r"holds no notebook .* There is essay\.pdf, x\.7z\. Archives are opened when"
    ):
        gathered(tmp_path, **{"essay.pdf": b"", "x.7z": b""})


@posix_only
def test_links_and_pipes(tmp_path: Path) -> None:
    """A notebook that is a link is not read, and one that is a pipe is not waited for."""
    (tmp_path / "secret.py").write_text("key = 1", "utf-8")
    submission = tmp_path / "anna"
    submission.mkdir()
    (submission / "a.py").symlink_to(tmp_path / "secret.py")
    os.mkfifo(submission / "b.py")
    with pytest.raises(CourseError, match=r"holds no notebook .* a\.py is a link.* b\.py is no ordinary file"):
        gather([Source(submission, "anna")])


@posix_only
def test_became_a_link(tmp_path: Path) -> None:
    """A file that has become a link since it was listed is not read either."""
    (tmp_path / "secret").write_text("key = 1", "utf-8")
    link = tmp_path / "a.py"
    link.symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match="link"):
        read_bounded(link, 10)


def test_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than anybody writes is not read."""
    monkeypatch.setattr(gathering, "MOST_BYTES", 9)
    with pytest.raises(CourseError, match="larger than"):
        gathered(tmp_path, **{"a.py": b"12345", "b.py": b"12345"})
    monkeypatch.setattr(gathering, "MOST_FILES", 1)
    with pytest.raises(CourseError, match="2 notebooks"):
        gathered(tmp_path)
    monkeypatch.setattr(gathering, "MOST_ENTRIES", 2)
    with pytest.raises(CourseError, match="more than 2 files"):
        gathered(tmp_path)


def test_too_deep(tmp_path: Path) -> None:
    """Folders without end are not gone through."""
    deep = "/".join("x" * 20)
    found = gathered(tmp_path, **{"a.py": b"", f"{deep}__b.py": b""})
    assert list(found.files) == ["a.py"]
    assert "12 folders deep" in found.notes[0]
