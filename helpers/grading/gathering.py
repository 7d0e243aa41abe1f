"""What somebody handed in, however it is packed, as notebooks by name.

Folders are walked, archives unpacked (also one in another), and names mended that a browser or a system has spoilt
(`01_standard.IPYNB`, `01_standard.ipynb.txt`). A checkout of the course stands for its `notebooks/`. Of several
versions of one notebook the last one is taken, and that is said.
"""

import contextlib
import os
import re
import stat
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

from helpers.errors import CourseError
from helpers.grading.archive import OTHERS, is_archive, is_junk, unpack
from helpers.grading.submission import HIDDEN, is_hidden_notebook
from helpers.lessons.found import EXERCISES

MOST_BYTES: Final = 50_000_000
"""Bytes of all notebooks of one submission. Outputs are what makes a notebook large, and nobody grades them."""
MOST_FILES: Final = 200
MOST_ENTRIES: Final = 10_000
DEEPEST: Final = 12
"""Folders below one another."""
ARCHIVES: Final = 2
"""Archives in one another."""
MOST_NAMED: Final = 5
NOTEBOOKS: Final = "notebooks"
"""The folder of a checkout that holds a learner's work: beside it, `solutions/` holds ours."""
_NOTEBOOK: Final = re.compile(r"(?P<stem>.+)\.(?P<kind>ipynb|py)(?:\.(?:txt|json))?", re.IGNORECASE | re.DOTALL)
_VERSION: Final = re.compile(r"(?P<stem>.+?)(?:-(?P<canvas>\d{1,6})| ?\((?P<browser>\d{1,6})\))", re.DOTALL)
"""What Canvas and browsers write behind the name of a file of which they had one already."""
LESSONS: Final = frozenset(exercise.lesson for exercise in EXERCISES.values())

Version: TypeAlias = tuple[int, ...]
"""The greatest is the last one."""


@dataclass(frozen=True)
class Source:
    """A file or a folder of one person. `name` is what it was called when it was handed in, `shown` what it is now."""

    path: Path
    name: str
    shown: str = ""
    version: Version = ()


@dataclass
class Gathered:
    """Notebooks by name, and a sentence for each thing that may not be what its author thinks."""

    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Found:
    """A notebook. `shown` is where, as its author knows it."""

    path: Path
    shown: str
    name: str
    version: Version
    in_notebooks: bool


def notebook_name(name: str) -> str | None:
    """What a notebook of this name is called once its suffix is mended. None for what is no notebook."""
    found = _NOTEBOOK.fullmatch(name)
    return None if found is None else f"{found['stem']}.{found['kind'].lower()}"


def is_wanted(name: str) -> bool:
    """Whether a file of this name is read: as a notebook, or as an archive of some."""
    return notebook_name(name) is not None or is_archive(name)


def gather(sources: Sequence[Source]) -> Gathered:
    """The notebooks in `sources`, which are all of one person. Raises `CourseError` where there are none to grade."""
    with ExitStack() as scratch:
        walk = _Walk(scratch)
        for source in sources:
            walk.visit(source.path, source.shown, source.name, source.version)
        return _chosen(walk)


@contextmanager
def as_handed_in(path: Path) -> Iterator[tuple[Path, list[str]]]:
    """Where the grader finds the notebooks at `path`, and what there is to know of them.

    That is `path` itself, where it is a notebook or a folder that holds some. Else they are gathered, and stand in a
    folder for as long as the `with` block runs. Raises `CourseError` when there are none.
    """
    if _is_plain(path):
        yield path, []
        return
    try:
        gathered = gather([Source(path, path.name, "" if path.is_dir() else path.name)])
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from error
    except CourseError as error:
        raise CourseError(f"{path}: {error}") from error
    with TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as scratch:
        # Its name is in what the grader says.
        folder = Path(scratch, path.name)
        folder.mkdir()
        for name, content in gathered.files.items():
            (folder / name).write_bytes(content)
        yield folder, gathered.notes


def _is_plain(path: Path) -> bool:
    """Whether the grader reads it as it is, or has the better words for what is wrong with it."""
    if path.is_dir():
        inner = path / NOTEBOOKS
        with contextlib.suppress(OSError), os.scandir(inner if inner.is_dir() else path) as entries:
            return any(entry.name.endswith((".ipynb", ".py")) for entry in entries if not is_junk(entry.name))
        return True
    return path.suffix in (".ipynb", ".py") or not path.is_file() or not is_wanted(path.name)


class _Walk:
    """Goes through what somebody handed in, and keeps what it finds."""

    def __init__(self, scratch: ExitStack) -> None:
        self.found: list[_Found] = []
        self.others: list[str] = []
        """What else there was, as its author knows it."""
        self.notes: list[str] = []
        """What could not be opened."""
        self._scratch = scratch
        self._entries = 0

    def visit(self, path: Path, shown: str, name: str, version: Version, depth: int = 0, archives: int = 0) -> None:
        """Look at one file or folder, and at whatever is in it."""
        self._entries += 1
        if self._entries > MOST_ENTRIES:
            raise CourseError(f"It holds more than {MOST_ENTRIES:,} files: hand in the notebooks alone.")
        kind = stat.S_IFMT(path.lstat().st_mode)
        if kind == stat.S_IFDIR:
            self._enter(path, shown, version, depth, archives)
        elif kind != stat.S_IFREG:
            what = "is a link, and links are not followed" if kind == stat.S_IFLNK else "is no ordinary file"
            self.notes.append(f"{shown} {what}.")
        elif is_archive(name):
            self._open(path, shown, version, depth, archives)
        elif (mended := notebook_name(name)) is not None:
            bare, copy = _versioned(mended)
            # Of two that nothing else tells apart, the one that is less deep down.
            order = (*version, copy, -depth)
            self.found.append(_Found(path, shown, bare, order, path.parent.name == NOTEBOOKS))
        else:
            self.others.append(shown)

    def _enter(self, folder: Path, shown: str, version: Version, depth: int, archives: int) -> None:
        if depth >= DEEPEST:
            self.notes.append(f"{shown} is more than {DEEPEST} folders deep, and was not looked into.")
            return
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                inner = f"{shown}/{entry.name}" if shown else entry.name
                if is_hidden_notebook(entry.name):
                    self.notes.append(f"{inner} {HIDDEN}.")
                elif not is_junk(entry.name):
                    self.visit(Path(entry.path), inner, entry.name, version, depth + 1, archives)

    def _open(self, archive: Path, shown: str, version: Version, depth: int, archives: int) -> None:
        if archives >= ARCHIVES:
            self.notes.append(f"{shown} is an archive in an archive in an archive, and was not opened.")
            return
        # Most people hand in none: the folder is made when it is needed.
        folder = Path(self._scratch.enter_context(TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True)))
        try:
            self.notes += unpack(archive, folder, is_wanted)
        except CourseError as error:
            self.notes.append(str(error))
            return
        self._enter(folder, shown, version, depth, archives + 1)


def _versioned(name: str) -> tuple[str, int]:
    """The name of a notebook without the number of its version, and that number. Only a lesson's is known for one."""
    stem, _, suffix = name.rpartition(".")
    found = _VERSION.fullmatch(stem)
    if found is None or found["stem"] not in LESSONS:
        return name, 0
    return f"{found['stem']}.{suffix}", int(found["canvas"] or found["browser"])


def _chosen(walk: _Walk) -> Gathered:
    """The last version of each notebook; of a checkout those in `notebooks/` alone."""
    found = [one for one in walk.found if one.in_notebooks] or walk.found
    if not found:
        raise CourseError(" ".join(["It holds no notebook (.ipynb or .py).", *walk.notes, *_described(walk.others)]))
    by_name: defaultdict[str, list[_Found]] = defaultdict(list)
    for one in found:
        by_name[one.name].append(one)
    if len(by_name) > MOST_FILES:
        raise CourseError(f"It holds {len(by_name):,} notebooks, and {MOST_FILES} are the most.")
    gathered = Gathered(notes=list(walk.notes))
    left = MOST_BYTES
    for name, versions in sorted(by_name.items()):
        last = max(versions, key=lambda one: one.version)
        if len(versions) > 1:
            others = ", ".join(one.shown for one in versions if one is not last)
            gathered.notes.append(f"{name} was handed in {len(versions)} times: {last.shown} is graded, not {others}.")
        gathered.files[name] = read_bounded(last.path, left)
        left -= len(gathered.files[name])
    gathered.notes.extend(_beside(walk.found, gathered.files))
    return gathered


def _beside(found: Sequence[_Found], files: Mapping[str, bytes]) -> Iterator[str]:
    """Of a checkout: the notebook of a lesson that is not where its author's work is looked for."""
    for one in found:
        if one.name not in files and one.name.partition(".")[0] in LESSONS:
            yield f"{one.shown} is not in {NOTEBOOKS}/, and was left out."


def _described(others: Sequence[str]) -> Iterator[str]:
    """What there was in place of a notebook, and what to do."""
    if not others:
        return
    named = ", ".join(others[:MOST_NAMED])
    more = f" and {len(others) - MOST_NAMED:,} more" if len(others) > MOST_NAMED else ""
    yield f"There is {named}{more}."
    if any(name.lower().endswith(OTHERS) for name in others):
        yield "Archives are opened when they are .zip or .tar."


def read_bounded(path: Path, left: int) -> bytes:
    """What is in an ordinary file. Raises `CourseError` when it is none, or longer than `left` bytes."""
    # It may have become a link or a pipe since it was listed: neither is opened, and nothing waits.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise CourseError(f"{path.name} is no regular file.")
        # No more than it is said to have: it may be growing.
        content = file.read(min(status.st_size, left + 1))
    if len(content) > left:
        raise CourseError(f"Its notebooks are larger than {MOST_BYTES // 1_000_000} MB: clear their outputs.")
    return content
