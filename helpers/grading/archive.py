"""A zip or tar that somebody handed in, unpacked where nobody's names lead out of, and never to more than was expected.

Only what may be a notebook or another archive is written. Of everything else the name alone is kept, as an empty file,
so that it can be said what was there. An archive that tries anything is refused as a whole, with a sentence.
"""

import bz2
import errno
import gzip
import io
import lzma
import os
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Final, Protocol

from helpers.errors import CourseError

SUFFIXES: Final = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
OTHERS: Final = (".rar", ".7z", ".gz", ".bz2", ".xz", ".zst", ".z", ".lzh", ".ace", ".cab")
"""Archives that nothing here opens."""
JUNK: Final = frozenset(
    {"__MACOSX", "__pycache__", "node_modules", "venv", "env", "site-packages"}
    | {"$RECYCLE.BIN", "System Volume Information"}
)
"""Folders that a program made, and nobody handed in. So are those that begin with a dot."""
_DIRECTORY: Final = b"PK\x01\x02"
"""What each entry of a zip's directory begins with."""
_CHUNK: Final = 1 << 20
LONGEST_NAME: Final = 80
"""Characters of a name that are shown."""
_BROKEN: Final = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    UnicodeError,
    ValueError,
    KeyError,
)
"""What the readers raise where the bytes are none of theirs."""


@dataclass(frozen=True)
class Bounds:
    """How much may be in an archive: bytes of what is unpacked, bytes altogether, entries, and bytes of the file."""

    kept: int = 50_000_000
    whole: int = 300_000_000
    entries: int = 10_000
    file: int = 200_000_000


OF_ONE: Final = Bounds()
OF_A_CLASS: Final = Bounds(kept=4_000_000_000, whole=20_000_000_000, entries=200_000, file=20_000_000_000)


def is_archive(name: str) -> bool:
    """Whether a file of this name is one that `unpack` opens."""
    return name.lower().endswith(SUFFIXES)


def is_junk(name: str) -> bool:
    """Whether what bears this name was made by a program: it is passed over, and so is what lies below it."""
    return name.startswith(".") or name in JUNK


def unpack(archive: Path, folder: Path, wanted: Callable[[str], bool], bounds: Bounds = OF_ONE) -> list[str]:
    """Write into `folder` what `archive` holds: the content where the name is `wanted`, else the name alone.

    Returns a sentence for each name that stands in it twice, where the later one counts, as wherever archives are
    unpacked. Raises `CourseError` when it cannot be read, or must not be.
    """
    try:
        with archive.open("rb") as file:
            if os.fstat(file.fileno()).st_size > bounds.file:
                raise _refused(archive, f"it is larger than {bounds.file // 1_000_000:,} MB")
            entries = (
                _zip(archive, file, bounds) if archive.name.lower().endswith(".zip") else _tar(archive, file, bounds)
            )
            return list(_write(archive, folder, entries, wanted, bounds))
    except OSError as error:
        raise CourseError(f"{archive.name} cannot be unpacked ({error.strerror or error}).") from error
    except _BROKEN as error:
        raise CourseError(
            f"{archive.name} is no archive that can be read ({type(error).__name__}): pack it again, as a .zip."
        ) from error


def names_in(archive: Path, bounds: Bounds = OF_A_CLASS) -> list[str]:
    """The names in a zip. None, where it is no zip or one that cannot be read: whoever unpacks it says why."""
    try:
        with archive.open("rb") as file:
            _count(archive, file, bounds)
            return zipfile.ZipFile(file).namelist()
    except (CourseError, OSError, *_BROKEN):
        return []


@dataclass(frozen=True)
class _Entry:
    """One thing in an archive: `open` gives its bytes, and is None for a folder."""

    name: str
    size: int
    open: Callable[[], IO[bytes] | None] | None


def _zip(archive: Path, file: BinaryIO, bounds: Bounds) -> Iterator[_Entry]:
    _count(archive, file, bounds)
    with zipfile.ZipFile(file) as opened:
        for info in opened.infolist():
            name = _slashed(info.filename)
            if _is_below_junk(name):
                continue
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind == stat.S_IFLNK:
                raise _refused(archive, f"{_quoted(name)} in it is a link")
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise _refused(archive, f"{_quoted(name)} in it is a device or a pipe")
            if info.flag_bits & 0x1:
                raise _refused(archive, "it is encrypted", "pack it again without a password")
            yield _Entry(name, info.file_size, None if info.is_dir() else partial(opened.open, info))


def _tar(archive: Path, file: BinaryIO, bounds: Bounds) -> Iterator[_Entry]:
    with tarfile.open(
        fileobj=_Bounded(archive, _decompressed(archive.name.lower(), file), bounds.whole), mode="r|"
    ) as opened:
        for info in opened:
            name = _slashed(info.name)
            if _is_below_junk(name):
                continue
            if info.issym() or info.islnk():
                raise _refused(archive, f"{_quoted(name)} in it is a link")
            if not (info.isreg() or info.isdir()):
                raise _refused(archive, f"{_quoted(name)} in it is a device or a pipe")
            _filtered(archive, info)
            yield _Entry(name, info.size, None if info.isdir() else partial(opened.extractfile, info))


def _filtered(archive: Path, info: tarfile.TarInfo) -> None:
    """Raises where Python's own filter for data from strangers would."""
    try:
        tarfile.data_filter(info, "/nowhere")
    except tarfile.FilterError as error:
        raise _refused(archive, f"{_quoted(info.name)} in it leads out of it") from error


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


def _decompressed(name: str, file: BinaryIO) -> _Readable:
    if name.endswith((".gz", ".tgz")):
        return gzip.GzipFile(fileobj=file)
    if name.endswith((".bz2", ".tbz2")):
        return bz2.BZ2File(file)
    return lzma.LZMAFile(file) if name.endswith((".xz", ".txz")) else file


class _Bounded(io.RawIOBase):
    """Reads from `file`, and no more than `left` bytes altogether: what a bomb becomes is never waited for."""

    def __init__(self, archive: Path, file: _Readable, left: int) -> None:
        self._archive = archive
        self._file = file
        self._left = left

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes. Raises `CourseError` when they are too many."""
        content = self._file.read(self._left + 1 if size < 0 else min(size, self._left + 1))
        self._left -= len(content)
        if self._left < 0:
            raise _refused(self._archive, "it unpacks to more than anybody writes")
        return content


def _count(archive: Path, file: BinaryIO, bounds: Bounds) -> None:
    """Raises where a zip's directory is too long: `zipfile` makes an object of each entry before it shows the first."""
    found, end = 0, b""
    while chunk := file.read(_CHUNK):
        found += (end + chunk).count(_DIRECTORY)
        end = chunk[-len(_DIRECTORY) + 1 :]
        if found > bounds.entries:
            raise _refused(archive, f"it has more than {bounds.entries:,} entries")
    file.seek(0)


def _write(
    archive: Path, folder: Path, entries: Iterator[_Entry], wanted: Callable[[str], bool], bounds: Bounds
) -> Iterator[str]:
    left, whole = bounds.kept, bounds.whole
    for number, entry in enumerate(entries):
        whole -= entry.size
        if number >= bounds.entries:
            raise _refused(archive, f"it has more than {bounds.entries:,} entries")
        if whole < 0:
            raise _refused(archive, "it unpacks to more than anybody writes")
        place = folder.joinpath(*_parts(archive, entry.name, is_folder=entry.open is None))
        with _naming(archive, entry.name):
            (place if entry.open is None else place.parent).mkdir(parents=True, exist_ok=True)
            is_there = place.is_file()
        if entry.open is None:
            continue
        if is_there:
            yield f"{_quoted(entry.name)} is twice in {archive.name}: the later one counts."
        content = b""
        if wanted(place.name) and (opened := entry.open()) is not None:
            content = opened.read(left + 1)
        left -= len(content)
        if left < 0:
            raise _refused(archive, f"its notebooks are larger than {bounds.kept // 1_000_000:,} MB")
        with _naming(archive, entry.name):
            place.write_bytes(content)


@contextmanager
def _naming(archive: Path, name: str) -> Iterator[None]:
    """Says of a name that it cannot be that of a file."""
    try:
        yield
    except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
        raise _refused(archive, f"{_quoted(name)} in it is a file and a folder at once") from error
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise _refused(
                archive, f"{_quoted(name)} in it is a longer name than a file can have", "shorten it"
            ) from error
        raise


def _slashed(name: str) -> str:
    """A name with the marks between its folders that are everybody's: some programs on Windows write their own."""
    return name.replace("\\", "/")


def _quoted(name: str) -> str:
    """A name for a sentence. It may have thousands of characters."""
    return repr(name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…")


def _parts(archive: Path, name: str, *, is_folder: bool) -> tuple[str, ...]:
    """The parts of a path in an archive: of `.`, the folder itself, which `tar` packs as well, there are none.

    Raises where it leads out of the folder that it is unpacked into.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name):
        raise _refused(archive, f"{_quoted(name)} in it leads out of it")
    if "\0" in name or not (path.parts or is_folder):
        raise _refused(archive, f"{_quoted(name)} in it is the name of no file")
    return path.parts


def _is_below_junk(name: str) -> bool:
    return any(is_junk(part) and part not in (".", "..") for part in PurePosixPath(name).parts)


def _refused(archive: Path, reason: str, remedy: str = "pack the notebooks alone, as a .zip") -> CourseError:
    return CourseError(f"{archive.name} is not unpacked, because {reason}: {remedy}.")
