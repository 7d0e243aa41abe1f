"""Archives that somebody handed in, and what some of them try."""

import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.errors import CourseError
from helpers.grading.archive import Bounds, unpack
from helpers.grading.gathering import is_wanted


def zipped(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries:
            file.writestr(name, content)
    return path


def special(name: str, kind: int) -> zipfile.ZipInfo:
    """An entry of a zip that is said to be a link, a device, or a pipe."""
    info = zipfile.ZipInfo(name)
    info.external_attr = (kind | 0o644) << 16
    return info


def tarred(path: Path, *entries: tuple[str, bytes, bytes]) -> Path:
    """A tar of entries with their names, kinds and contents. A link leads to its content."""
    with tarfile.open(path, "w:gz" if path.suffix in (".gz", ".tgz") else "w") as file:
        for name, kind, content in entries:
            info = tarfile.TarInfo(name)
            info.type = kind
            info.linkname = content.decode() if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE) else ""
            info.size = len(content) if kind == tarfile.REGTYPE else 0
            file.addfile(info, io.BytesIO(content) if kind == tarfile.REGTYPE else None)
    return path


def encrypted(path: Path) -> Path:
    """A zip whose only entry has the mark of a password."""
    zipped(path, ("a.py", b"1"))
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    return path


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "zip: up": (lambda to: zipped(to / "a.zip", ("../../a.py", b"1")), "leads out of it"),
    "zip: up, Windows": (lambda to: zipped(to / "a.zip", ("..\\a.py", b"1")), "leads out of it"),
    "zip: absolute": (lambda to: zipped(to / "a.zip", ("/tmp/a.py", b"1")), "leads out of it"),
    "zip: drive": (lambda to: zipped(to / "a.zip", ("C:/a.py", b"1")), "leads out of it"),
    "zip: link": (lambda to: zipped(to / "a.zip", (special("a.py", stat.S_IFLNK), b"/etc/passwd")), "is a link"),
    "zip: device": (lambda to: zipped(to / "a.zip", (special("a.py", stat.S_IFCHR), b"")), "a device or a pipe"),
    "zip: pipe": (lambda to: zipped(to / "a.zip", (special("a.py", stat.S_IFIFO), b"")), "a device or a pipe"),
    "zip: encrypted": (lambda to: encrypted(to / "a.zip"), "encrypted"),
    "zip: entries": (lambda to: zipped(to / "a.zip", *((f"{i}.txt", b"") for i in range(21))), "more than 20 entries"),
    "zip: bomb": (lambda to: zipped(to / "a.zip", ("a.py", b" " * 20_001)), "larger than"),
    "zip: two bombs": (lambda to: zipped(to / "a.zip", *((f"{i}.py", b" " * 11_000) for i in range(2))), "larger than"),
    "zip: vast": (lambda to: zipped(to / "a.zip", ("a.txt", b" " * 200_001)), "more than anybody writes"),
    "tar: up": (lambda to: tarred(to / "a.tar", ("../a.py", tarfile.REGTYPE, b"1")), "leads out of it"),
    "tar: absolute": (lambda to: tarred(to / "a.tgz", ("/tmp/a.py", tarfile.REGTYPE, b"1")), "leads out of it"),
    "tar: link": (lambda to: tarred(to / "a.tar", ("a.py", tarfile.SYMTYPE, b"/etc/passwd")), "is a link"),
    "tar: hard link": (lambda to: tarred(to / "a.tar", ("a.py", tarfile.LNKTYPE, b"b.py")), "is a link"),
    "tar: device": (lambda to: tarred(to / "a.tar", ("a.py", tarfile.CHRTYPE, b"")), "a device or a pipe"),
    "tar: pipe": (lambda to: tarred(to / "a.tar.gz", ("a.py", tarfile.FIFOTYPE, b"")), "a device or a pipe"),
    "tar: entries": (
        lambda to: tarred(to / "a.tar", *((f"{i}.txt", tarfile.REGTYPE, b"") for i in range(21))),
        "more than 20 entries",
    ),
    "tar: bomb": (
        lambda to: tarred(to / "a.tgz", ("a.txt", tarfile.REGTYPE, b" " * 300_000)),
        "more than anybody writes",
    ),
    "too large": (lambda to: zipped(to / "a.zip", ("a.py", os.urandom(60_000))), "larger than 0 MB"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(tmp_path: Path, case: str) -> None:
    """One sentence that begins with the archive's name, and nothing outside the folder."""
    make, why = REFUSED[case]
    (tmp_path / "in" / "it").mkdir(parents=True)
    archive = make(tmp_path)
    with pytest.raises(CourseError, match=why) as caught:
        unpack(archive, tmp_path / "in" / "it", is_wanted, Bounds(20_000, 200_000, 20, 50_000))
    assert str(caught.value).startswith(f"{archive.name} is not unpacked, because ")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["in", archive.name])
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["it"]


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.bz2", "a.tar.xz"])
@pytest.mark.parametrize("content", [b"", b"not one", b"PK\x05\x06", b"\x1f\x8b\x08", os.urandom(5_000)])
def test_broken(tmp_path: Path, name: str, content: bytes) -> None:
    """Whatever the bytes are: one sentence."""
    (tmp_path / "it").mkdir()
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CourseError, match=r"no archive that can be read|cannot be unpacked"):
        unpack(tmp_path / name, tmp_path / "it", is_wanted)
    assert not list((tmp_path / "it").iterdir())


def test_unpacked(tmp_path: Path) -> None:
    """Notebooks as they are; of the rest the names; nothing of what a program made."""
    archive = zipped(
        tmp_path / "a.zip",
        ("x/a.py", b"1"),
        ("x/big.csv", b"1" * 1_000),
        ("__MACOSX/x/._a.py", b"2"),
        (special("x/.venv/bin/python", stat.S_IFLNK), b"/usr/bin/python"),
    )
    (tmp_path / "it").mkdir()
    unpack(archive, tmp_path / "it", is_wanted)
    files = {path.name: path.read_bytes() for path in (tmp_path / "it").rglob("*") if path.is_file()}
    assert files == {"a.py": b"1", "big.csv": b""}
