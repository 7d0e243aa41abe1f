"""Archives that somebody handed in, and what some of them try."""

import contextlib
import io
import os
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

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


def sparse(path: Path, size: int) -> Path:
    """A tar whose only entry has next to no bytes, and says that it stands for `size` of them."""
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as file:
        info = tarfile.TarInfo("a.py")
        info.pax_headers = {"GNU.sparse.size": str(size), "GNU.sparse.numblocks": "1", "GNU.sparse.map": f"{size},0"}
        file.addfile(info)
    return path


def lying(path: Path, size: int) -> Path:
    """A zip whose directory says that its only entry, of 1,000 bytes, has `size`."""
    zipped(path, ("a.py", b" " * 1_000))
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, size)
    path.write_bytes(content)
    return path


LONG = f"{'x' * 5_000}.py"
REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "zip: up": (lambda to: zipped(to / "a.zip", ("../../a.py", b"1")), "leads out of it"),
    "zip: up, Windows": (lambda to: zipped(to / "a.zip", ("..\\a.py", b"1")), "leads out of it"),
    "zip: absolute": (lambda to: zipped(to / "a.zip", ("/tmp/a.py", b"1")), "leads out of it"),
    "zip: drive": (lambda to: zipped(to / "a.zip", ("C:/a.py", b"1")), "leads out of it"),
    "zip: drive, Windows": (lambda to: zipped(to / "a.zip", ("C:\\a.py", b"1")), "leads out of it"),
    "zip: host, Windows": (lambda to: zipped(to / "a.zip", ("\\\\host\\share\\a.py", b"1")), "leads out of it"),
    "zip: a name of 5,000": (lambda to: zipped(to / "a.zip", (LONG, b"1")), "x…' in it is a longer name than a file"),
    "zip: deep down": (lambda to: zipped(to / "a.zip", (f"{'y/' * 3_000}a.py", b"1")), "y…' in it is a longer name"),
    "zip: no name": (lambda to: zipped(to / "a.zip", (".", b"1")), "is the name of no file"),
    "zip: file, then folder": (lambda to: zipped(to / "a.zip", ("a.py", b""), ("a.py/b.py", b"")), "folder at once"),
    "zip: folder, then file": (lambda to: zipped(to / "a.zip", ("a.py/b.py", b""), ("a.py", b"")), "folder at once"),
    "zip: says it is vast": (lambda to: lying(to / "a.zip", 2**31), "more than anybody writes"),
    "zip: link": (lambda to: zipped(to / "a.zip", (special("a.py", stat.S_IFLNK), b"/etc/passwd")), "is a link"),
    "zip: device": (lambda to: zipped(to / "a.zip", (special("a.py", stat.S_IFCHR), b"")), "a device or a pipe"),
    "zip: pipe": (lambda to: zipped(to / "a.zip", (special("a.py", stat.S_IFIFO), b"")), "a device or a pipe"),
    "zip: encrypted": (lambda to: encrypted(to / "a.zip"), "encrypted"),
    "zip: entries": (lambda to: zipped(to / "a.zip", *((f"{i}.txt", b"") for i in range(21))), "more than 20 entries"),
    "zip: bomb": (lambda to: zipped(to / "a.zip", ("a.py", b" " * 20_001)), "larger than"),
    "zip: two bombs": (lambda to: zipped(to / "a.zip", *((f"{i}.py", b" " * 11_000) for i in range(2))), "larger than"),
    "zip: vast": (lambda to: zipped(to / "a.zip", ("a.txt", b" " * 200_001)), "more than anybody writes"),
    "tar: up": (lambda to: tarred(to / "a.tar", ("../a.py", tarfile.REGTYPE, b"1")), "leads out of it"),
    "tar: up, Windows": (lambda to: tarred(to / "a.tar", ("..\\..\\a.py", tarfile.REGTYPE, b"1")), "leads out of it"),
    "tar: drive": (lambda to: tarred(to / "a.tar", ("C:\\a.py", tarfile.REGTYPE, b"1")), "leads out of it"),
    "tar: a name of 5,000": (lambda to: tarred(to / "a.tar", (LONG, tarfile.REGTYPE, b"1")), "a longer name than"),
    "tar: block device": (lambda to: tarred(to / "a.tar", ("a.py", tarfile.BLKTYPE, b"")), "a device or a pipe"),
    "tar: of no known kind": (lambda to: tarred(to / "a.tar", ("a.py", b"Z", b"")), "a device or a pipe"),
    "tar: full of holes": (lambda to: sparse(to / "a.tar", 10**10), "more than anybody writes"),
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


@pytest.mark.parametrize("size", [0, 3, 999, 1_001])
def test_lies(tmp_path: Path, size: int) -> None:
    """What a directory says of a size is not believed: there is what there is, or a sentence."""
    (tmp_path / "it").mkdir()
    with contextlib.suppress(CourseError):
        unpack(lying(tmp_path / "a.zip", size), tmp_path / "it", is_wanted)
    for path in (tmp_path / "it").iterdir():
        assert path.read_bytes() == b" " * 1_000


def test_zip64(tmp_path: Path) -> None:
    """One with the fields of a large one is read."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file, file.open("a.py", "w", force_zip64=True) as entry:
        entry.write(b"1")
    (tmp_path / "it").mkdir()
    assert unpack(tmp_path / "a.zip", tmp_path / "it", is_wanted) == []
    assert (tmp_path / "it" / "a.py").read_bytes() == b"1"


def test_twice(tmp_path: Path) -> None:
    """Of two entries with one name the later one counts, and that is said; a folder may be named again."""
    entries = [("x/a.py", tarfile.REGTYPE, b"1"), ("x", tarfile.DIRTYPE, b""), ("x/a.py", tarfile.REGTYPE, b"2")]
    archive = tarred(tmp_path / "a.tar", *entries)
    (tmp_path / "it").mkdir()
    assert unpack(archive, tmp_path / "it", is_wanted) == ["'x/a.py' is twice in a.tar: the later one counts."]
    assert (tmp_path / "it" / "x" / "a.py").read_bytes() == b"2"


def test_alike(tmp_path: Path) -> None:
    """Names that differ in their case or their Unicode form alone: each is there, or it is said which one is not."""
    names = ["A.py", "a.py", "\u00e9.py", "e\u0301.py"]
    archive = zipped(tmp_path / "a.zip", *((name, name.encode()) for name in names))
    (tmp_path / "it").mkdir()
    notes = unpack(archive, tmp_path / "it", is_wanted)
    found = {path.read_bytes().decode() for path in (tmp_path / "it").iterdir()}
    assert len(found) + len(notes) == len(names)


CHANGED = {
    "zip": lambda to: zipped(to / "a.zip", ("x/a.py", b"1" * 300), ("b.ipynb", b"{}"), ("inner.zip", b"PK")),
    "tar": lambda to: tarred(to / "a.tar", ("x/a.py", tarfile.REGTYPE, b"1" * 300), ("y", tarfile.DIRTYPE, b"")),
    "tgz": lambda to: tarred(to / "a.tgz", ("x/a.py", tarfile.REGTYPE, b"1" * 300)),
}


@pytest.mark.parametrize("kind", CHANGED)
def test_any_bytes(tmp_path: Path, kind: str) -> None:
    """Whatever is changed of an archive, or cut off: files, or a sentence; never anything else, and nothing outside."""
    random = Random(kind)
    archive = CHANGED[kind](tmp_path)
    whole = archive.read_bytes()
    for number in range(150):
        content = bytearray(whole[: random.randrange(len(whole))] if number % 5 == 0 else whole)
        for _ in range(random.randrange(1, 5)):
            if content:
                content[random.randrange(len(content))] = random.choice(
                    [0, 1, 0x2F, 0x5C, 0x7F, 0xFF, random.randrange(256)]
                )
        archive.write_bytes(content)
        folder = tmp_path / "in" / str(number)
        folder.mkdir(parents=True)
        with contextlib.suppress(CourseError):
            unpack(archive, folder, is_wanted, Bounds(20_000, 200_000, 20, 50_000))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([archive.name, "in"])
    assert len(list((tmp_path / "in").iterdir())) == 150


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
