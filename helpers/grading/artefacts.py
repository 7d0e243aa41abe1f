"""What a submission leaves in its folder, brought to where it can be looked into without being led astray."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 32_000_000
"""Of one file. A longer one is not brought."""
MOST_FILES: Final = 100

_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
# Without O_NONBLOCK, opening a pipe waits until somebody writes to it.
_FILE: Final = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
_RELATIVE: Final = os.open in os.supports_dir_fd


def bring(folder: Path, here: Path) -> None:
    """Copy the files in `folder` to `here`: only regular files that lie right in it, and none by way of a link.

    What is there may be anything, and may change meanwhile: a link to a file of the grader's, a pipe, a file without
    end. Where `folder` is not there, or is a link itself, nothing is brought.
    """
    with suppress(OSError), _opened(folder) as directory:
        with os.scandir(folder if directory is None else directory) as entries:
            names = [entry.name for entry in islice(entries, MOST_FILES)]
        for name in names:
            with suppress(OSError):
                _bring_file(folder / name, directory, here / name)


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


def _bring_file(path: Path, directory: int | None, target: Path) -> None:
    opened = os.open(path, _FILE) if directory is None else os.open(path.name, _FILE, dir_fd=directory)
    with open(opened, "rb") as source:
        if stat.S_ISREG(os.fstat(opened).st_mode):
            data = source.read(MOST_BYTES + 1)
            if len(data) <= MOST_BYTES:
                target.write_bytes(data)
