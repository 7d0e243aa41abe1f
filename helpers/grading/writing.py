"""Writing a report: all of it or nothing, and where it cannot be written one sentence, whatever disk or name it is."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Final, TextIO

from helpers.errors import CourseError

ADVICE: Final = {
    errno.ENOSPC: "make room on that disk",
    errno.EDQUOT: "make room on that disk",
    errno.EROFS: "name a file on a disk that may be written to",
    errno.EACCES: "name a file in a folder that you may write to",
    errno.EPERM: "name a file in a folder that you may write to",
    errno.ENAMETOOLONG: "give it a shorter name",
    errno.EISDIR: "it is a folder, so name a file in it",
    errno.ENXIO: "it is a pipe that nobody reads, so begin with its reader",
    errno.EPIPE: "its reader has gone",
}
OTHERWISE: Final = "name a file in a folder that exists"
_AT_ONCE: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


def write_file(path: Path, text: str) -> None:
    """All of `text` or nothing. Raises `CourseError` when it cannot be written."""
    with replacing(path) as file:
        file.write(text)


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """A file whose text is that of `path` once the `with` block has ended, and not before.

    What is no ordinary file, such as a pipe, `/dev/stdout` or a link, is written to as it is. Raises `CourseError` when
    it cannot be written.
    """
    try:
        with _as_it_is(path) if _is_special(path) else _beside(path) as file:
            yield file
    except (OSError, ValueError) as error:
        raise cannot_write(path, error) from error


def cannot_write(path: Path, error: Exception) -> CourseError:
    """The error whose sentence says why `path` cannot be written, and what to do."""
    number = error.errno if isinstance(error, OSError) else None
    return CourseError(f"{path} cannot be written ({reason(error)}): {ADVICE.get(number or 0, OTHERWISE)}.")


def reason(error: Exception) -> str:
    """What the system says, without the path."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


def _is_special(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


@contextmanager
def _as_it_is(path: Path) -> Iterator[TextIO]:
    # Opening a pipe that nobody reads would wait for its reader.
    descriptor = os.open(path, os.O_WRONLY | os.O_TRUNC | os.O_CREAT | _AT_ONCE, 0o666)
    os.set_blocking(descriptor, True)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        yield file


@contextmanager
def _beside(path: Path) -> Iterator[TextIO]:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    # Its own name with anything added may be too long.
    temporary = path.with_name(f".{token_hex(8)}.tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        os.replace(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
