"""What has been graded: a text file that is only ever added to, one JSON document to a line.

The first line of a run says its seed. Each further one is the record of a submission, with the key of its content and
of the terms that it was graded on: whoever runs it again grades what has no line, and nothing else. A line that was
being written when the process was killed is cut off when the journal is next opened. One that has been changed by hand
counts for nothing, and that is said.

It is the teacher's: until everybody has been graded nothing else tells the seed, and whoever has it can draw the cases.
A new journal draws a new seed.
"""

import contextlib
import json
import os
import sys
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final

from helpers.classroom.marker import Record
from helpers.errors import CourseError
from helpers.grading.writing import reason

DIGEST: Final = "digest"
DIGITS: Final = 16
_FAR: Final = 2**40
"""A place in the file that holds no line: Windows locks bytes, and keeps everybody from reading them."""


class Journal:
    """The journal at `path`, held by one process at a time: the system lets go of it when that process ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seed: int | None = None
        """The seed of the latest run."""
        self.spoilt = 0
        """Lines that are not as they were written: what they were about is graded anew."""
        self._places: dict[str, int] = {}

    def __enter__(self) -> "Journal":
        try:
            self._file: BinaryIO = self.path.open("a+b")
        except (OSError, ValueError) as error:
            raise CourseError(f"{self.path} cannot be written ({reason(error)}): name another --csv.") from error
        try:
            if not _lock(self._file):
                raise CourseError(
                    f"{self.path} is in use: another run is writing it. Wait for that, or name another --csv."
                )
            self._cut_torn_line()
            self._read()
        except OSError as error:
            self._close()
            raise CourseError(f"{self.path} cannot be read ({reason(error)}): name another --csv.") from error
        except CourseError:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        # What could not be written is tried once more, and has been told by then.
        with contextlib.suppress(OSError):
            self._file.close()

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def begin(self, seed: int) -> None:
        """Note the seed of this run, where it is another one than before."""
        if seed != self.seed:
            self._write({"seed": seed})
            self.seed = seed

    def append(self, record: Record) -> None:
        """Add the record of a submission. It is on the disk when this returns."""
        self._places[record["key"]] = self._write(record)

    def record(self, key: str) -> Record:
        """The record with this key. Raises `KeyError` when there is none."""
        self._file.seek(self._places[key])
        record: Record = json.loads(self._file.readline())
        del record[DIGEST]
        return record

    def _write(self, document: Record) -> int:
        place = self._file.seek(0, os.SEEK_END)
        try:
            self._file.write(json.dumps({**document, DIGEST: _digest(document)}).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise CourseError(
                f"{self.path} cannot be written ({reason(error)}): mend that and run it again."
            ) from error
        return place

    def _cut_torn_line(self) -> None:
        end = self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        whole = 0
        for line in self._file:
            whole += len(line) if line.endswith(b"\n") else 0
        if whole < end:
            self._file.truncate(whole)

    def _read(self) -> None:
        self._file.seek(0)
        place = 0
        for line in self._file:
            self._note(_document(line), place)
            place += len(line)

    def _note(self, document: dict[str, Any], place: int) -> None:
        if DIGEST in document and document[DIGEST] != _digest(document):
            document = {}
        if "exercises" in document and isinstance(document.get("key"), str):
            if DIGEST in document:
                self._places[document["key"]] = place
        elif isinstance(document.get("seed"), int):
            self.seed = document["seed"]
        else:
            self.spoilt += 1


def _digest(document: Record) -> str:
    """Of all that a line says but for the digest itself: whoever changes a line by hand is told, not believed."""
    content = {name: value for name, value in document.items() if name != DIGEST}
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:DIGITS]


def _document(line: bytes) -> dict[str, Any]:
    """What a line says; nothing, where an editor has spoilt it."""
    try:
        document = json.loads(line)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _lock(file: BinaryIO) -> bool:
    """Whether `file` is now ours."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(_FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
