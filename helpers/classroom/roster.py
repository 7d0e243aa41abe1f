"""A folder of submissions: one per sub-folder, named as it is. Links are not followed, wherever they lead."""

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from helpers.errors import CourseError

MOST_BYTES: Final = 50_000_000
"""Bytes of all notebooks of one submission. Outputs are what makes a notebook large, and nobody grades them."""
MOST_FILES: Final = 200


class Unusable(Exception):  # noqa: N818 - a domain word
    """There is nothing to grade here. The sentence says why."""


@dataclass(frozen=True)
class Entry:
    """Something in the folder of a class. `problem` says why it is no submission, where it is none."""

    name: str
    problem: str | None = None


def read_roster(folder: Path, own: Collection[Path] = ()) -> list[Entry]:
    """What is in `folder`, by name, without hidden entries and `own`, the files that the grader itself writes.

    Raises `CourseError` when there is no submission at all.
    """
    written = {path.absolute() for path in own}
    try:
        with os.scandir(folder) as found:
            entries = [
                _entry(item)
                for item in found
                if not item.name.startswith(".") and Path(item.path).absolute() not in written
            ]
    except OSError as error:
        raise CourseError(
            f"{folder} cannot be read ({error.strerror}): name the folder with a sub-folder per submission."
        ) from error
    if all(entry.problem for entry in entries):
        raise CourseError(f"{folder} has no sub-folder: put each submission into one, with its author's name.")
    return sorted(entries, key=lambda entry: entry.name)


def _entry(item: os.DirEntry[str]) -> Entry:
    if item.is_symlink():
        return Entry(item.name, "It is a link, and links are not followed: put the folder itself here.")
    if not item.is_dir(follow_symlinks=False):
        return Entry(item.name, "It is a file, not a folder: put each submission into a folder of its own.")
    return Entry(item.name)


def read_submission(folder: Path) -> dict[str, bytes]:
    """The notebooks of a submission, by file name: those of its `notebooks/` where it is a checkout of the course.

    Raises `Unusable` when there are none, or when they cannot be read.
    """
    try:
        inner = folder / "notebooks"
        chosen = sorted(_notebooks(inner if inner.is_dir() and not inner.is_symlink() else folder))
        if not chosen:
            raise Unusable("It holds no notebook (.ipynb or .py).")
        if len(chosen) > MOST_FILES:
            raise Unusable(f"It holds {len(chosen):,} notebooks, and {MOST_FILES} are the most.")
        return _contents(chosen)
    except OSError as error:
        raise Unusable(f"It cannot be read: {error.strerror}.") from error


def _notebooks(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as found:
        for item in found:
            visible = not item.name.startswith(".") and item.name.endswith((".ipynb", ".py"))
            if visible and item.is_file(follow_symlinks=False):
                yield Path(item.path)


def _contents(paths: list[Path]) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    left = MOST_BYTES
    for path in paths:
        contents[path.name] = _read(path, left)
        left -= len(contents[path.name])
    return contents


def _read(path: Path, left: int) -> bytes:
    # It may have become a link or a pipe since it was listed: neither is opened, and nothing waits.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise Unusable(f"{path.name} is no regular file.")
        # No more than it is said to have: it may be growing.
        content = file.read(min(status.st_size, left + 1))
    if len(content) > left:
        raise Unusable(f"Its notebooks are larger than {MOST_BYTES // 1_000_000} MB: clear their outputs.")
    return content
