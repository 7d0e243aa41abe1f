"""What a submission leaves in its folder, brought to where it can be looked into without being led astray."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 8_000_000
"""Of all files that an exercise looks into, as long as they say they are: one with holes takes no room until it is
copied."""

_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
# Without O_NONBLOCK, opening a pipe waits until somebody writes to it.
_FILE: Final = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
_RELATIVE: Final = os.open in os.supports_dir_fd


class TooLong(Exception):  # noqa: N818 - a domain word
    """A submission left more than anybody would look into. The sentence says how much."""


def bring(folder: Path, here: Path, names: Sequence[str]) -> None:
    """Copy the files of these names in `folder` to `here`: only regular files that lie right in it, and none by way of
    a link.

    What is there may be anything, and may change meanwhile: a link to a file of the grader's, a pipe, a file without
    end. Where `folder` is not there, or is a link itself, nothing is brought. Raises `TooLong` when they have more than
    `MOST_BYTES` together.
    """
    room = MOST_BYTES
    with suppress(OSError), _opened(folder) as directory:
        for name in names:
            with suppress(OSError):
                room -= _bring_file(folder / name, directory, here / name, room)


@contextmanager
def _opened(folder: Path) -> Iterator[int | None]:
    """A descriptor of `folder`, whatever is put in its place later; None where the system has no such thing."""
    if not _RELATIVE:
        yield None
        return
    descriptor = os.open(folder, _FOLDER)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _bring_file(path: Path, directory: int | None, target: Path, room: int) -> int:
    """Returns how many bytes were brought."""
    opened = os.open(path, _FILE) if directory is None else os.open(path.name, _FILE, dir_fd=directory)
    with open(opened, "rb") as source:
        status = os.fstat(opened)
        if not stat.S_ISREG(status.st_mode):
            return 0
        # Read no further than it may be: it may have grown since it was asked for its size.
        data = source.read(room + 1) if status.st_size <= room else b""
        size = max(status.st_size, len(data))
        if size > room:
            raise TooLong(f"left {size:,} bytes in {path.name}, and all that is looked into may have {MOST_BYTES:,}")
        target.write_bytes(data)
        return len(data)
