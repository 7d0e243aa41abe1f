"""What of our package a submission finds on its disk: what learners import, and what their functions are called with.

It is a copy, made of the folders that are named here: what is new in the package, or judges, is not there unless it is
let in. Whatever is called `checks` is never there, nor is the grading itself: its process has what it needs of that in
memory.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parents[1]
ROOMS: Final = ("facts", "fixtures", "replay", "live", "calling", "display", "lessons", "typescript", "libraries")
"""Folders of the package that learners may see into, but for `CLOSED` in them."""
MODULES: Final = ("__init__", "client", "errors", "firstuse", "notebook", "outcomes", "processors", "settings")
CLOSED: Final = ("checks", "cheatsheet", "__pycache__", "node_modules")
"""Names of folders, and of files without their endings. The cheat sheet says which mistake belongs to which row. The
packages of Node are no copy: they are shown as they are."""
_HEADER: Final = slice(8, 16)
"""Of compiled code: when its source was written, in seconds, and its size."""


@dataclass(frozen=True)
class Copy:
    """A file of the package: where it stands in it, what it says, and when that was written, in nanoseconds."""

    place: Path
    content: bytes
    written: int

    def put_into(self, folder: Path) -> None:
        """Write it to its place in `folder`."""
        target = folder / self.place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(self.content)
        os.utime(target, ns=(self.written, self.written))


def copies() -> list[Copy]:
    """All that may be seen, with what Python has compiled of it."""
    return [copy for path in _paths() for copy in (_copy(path), *_compiled(path))]


def _paths() -> Iterator[Path]:
    yield from (PACKAGE / f"{name}.py" for name in MODULES)
    for room in ROOMS:
        for folder, folders, files in os.walk(PACKAGE / room):
            folders[:] = [name for name in folders if name not in CLOSED]
            yield from (Path(folder, name) for name in files if Path(name).stem not in CLOSED)


def _copy(path: Path) -> Copy:
    return Copy(path.relative_to(PACKAGE), path.read_bytes(), path.stat().st_mtime_ns)


def _compiled(source: Path) -> Iterator[Copy]:
    """What is compiled of `source` as it is now: of an earlier one there is no telling what it says."""
    if source.suffix != ".py":
        return
    compiled = Path(cache_from_source(str(source)))
    if not compiled.is_file():
        return
    copy, now = _copy(compiled), source.stat()
    if copy.content[_HEADER] == b"".join(number.to_bytes(4, "little") for number in (int(now.st_mtime), now.st_size)):
        yield copy
