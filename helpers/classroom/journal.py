"""What has been graded: a text file that is only ever added to, one JSON document to a line.

Grading goes in rounds. The first line of one says its seed, and what is judged again in it; the last one, that
everybody's turn has come. Between them stand records of submissions, with the key of their content and of the terms
that they were graded on: whoever runs it again grades what has no line, and nothing else. Of a person the last line
counts. A line that was being written when the process was killed is cut off when the journal is next opened. One that
has been changed by hand counts for nothing, and that is said.

It is the teacher's: until a round has ended nothing else tells its seed, and whoever has it can draw the cases. Then it
is told, and what is graded after that belongs to another round.
"""

import contextlib
import json
import os
import sys
from collections.abc import Set
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, NamedTuple

from helpers.classroom.marker import Record
from helpers.errors import CourseError
from helpers.grading.writing import reason

DIGEST: Final = "digest"
DIGITS: Final = 16
_FAR: Final = 2**40
"""A place in the file that holds no line: Windows locks bytes, and keeps everybody from reading them."""


@dataclass(frozen=True)
class Round:
    """Cases that were drawn once. `again` names the exercises that are judged anew for all; without any, whoever is not
    in the journal is graded.
    """

    seed: int
    again: tuple[str, ...] = ()
    version: str = ""
    """Of the course."""


class _Line(NamedTuple):
    place: int
    key: str


class Journal:
    """The journal at `path`, held by one process at a time: the system lets go of it when that process ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.round: Round | None = None
        """The latest one."""
        self.is_open = False
        """Whether that has not ended."""
        self.spoilt = 0
        """Lines that are not as they were written: what they were about is graded anew."""
        self._lines: dict[str, _Line] = {}
        """The last one on each person."""
        self._before: dict[str, _Line] = {}
        """The last ones before the latest round."""

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
        self._file.close()

    @property
    def names(self) -> Set[str]:
        """Whoever has a record."""
        return self._lines.keys()

    def begin(self, round: Round) -> None:
        """Note that a round begins. What is added from now on belongs to it."""
        self._add({"seed": round.seed, "again": round.again, "version": round.version})

    def end(self) -> None:
        """Note that everybody's turn has come in the latest round: its seed may be told."""
        if self.is_open:
            self._add({"ended": True})

    def append(self, record: Record) -> None:
        """Add the record of a submission. It is on the disk when this returns."""
        self._add(record)

    def forget(self, name: str) -> None:
        """Note that what is known of this person does not count: they are graded when it is next their turn."""
        self._add({"submission": name, "forgotten": True})

    def key(self, name: str) -> str:
        """The key of what counts of this person; an empty one where nothing does."""
        return self._lines[name].key if name in self._lines else ""

    def is_new(self, name: str) -> bool:
        """Whether it was graded in the latest round."""
        return name in self._lines and self._lines[name] != self._before.get(name)

    def record(self, name: str) -> Record | None:
        """The last record of this person, whether or not it counts."""
        return self._at(self._lines.get(name))

    def before(self, name: str) -> Record | None:
        """The last one before the latest round."""
        return self._at(self._before.get(name))

    def _at(self, line: _Line | None) -> Record | None:
        if line is None:
            return None
        self._file.seek(line.place)
        record: Record = json.loads(self._file.readline())
        del record[DIGEST]
        return record

    def _add(self, document: Record) -> None:
        self._note(document, self._write(document))

    def _write(self, document: Record) -> int:
        place, file = self._file.seek(0, os.SEEK_END), self._file.fileno()
        left = json.dumps({**document, DIGEST: _digest(document)}).encode() + b"\n"
        try:
            # Past the file's own buffer: what a full disk did not take would stay there, and fail again at every read.
            while left:
                left = left[os.write(file, left) :]
            os.fsync(file)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(file, place)
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
            self._note(_believed(line), place)
            place += len(line)

    def _note(self, document: dict[str, Any], place: int) -> None:
        match document:
            case {"exercises": _, "submission": str(name), "key": str(key)}:
                self._lines[name] = _Line(place, key)
            case {"forgotten": True, "submission": str(name)} if name in self._lines:
                self._forget(name)
            case {"seed": int(seed), "again": again, "version": str(version)}:
                self.round, self.is_open = Round(seed, tuple(again), version), True
                self._before = dict(self._lines)
            case {"ended": True}:
                self.is_open = False
            case _:
                self.spoilt += 1

    def _forget(self, name: str) -> None:
        """No key is like it; and where it is of an earlier round, it stays so."""
        forgotten = self._lines[name]._replace(key="")
        if not self.is_new(name):
            self._before[name] = forgotten
        self._lines[name] = forgotten


def _digest(document: Record) -> str:
    """Of all that a line says but for the digest itself: whoever changes a line by hand is told, not believed."""
    content = {name: value for name, value in document.items() if name != DIGEST}
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:DIGITS]


def _believed(line: bytes) -> dict[str, Any]:
    """What a line says; nothing, where an editor has spoilt it."""
    try:
        document = json.loads(line)
    except ValueError:
        return {}
    is_ours = isinstance(document, dict) and document.get(DIGEST) == _digest(document)
    return document if is_ours else {}


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
