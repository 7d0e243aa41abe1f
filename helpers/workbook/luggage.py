"""A learner's work as one file, to be taken along: from one browser to another, into JupyterLab, and back.

In it are the notebooks that were written into, the progress, and the copies that were kept. What is in it takes its
place; where something else was written meanwhile, that is kept as a copy.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from helpers.authoring.digest import is_generated, was_edited
from helpers.authoring.files import keep_copy
from helpers.errors import CourseError
from helpers.workbook.journal import FILE, add, parse_journal, read_journal

NAME: Final = "course-work.zip"
MOST: Final = 100_000_000
"""Bytes, unpacked: a hundred times what anybody writes here."""
DATE: Final = (2026, 1, 1, 0, 0, 0)
"""Of every file in it: the same work is the same file."""
_PLACE: Final = re.compile(rf"(backups/)?[^/\\:]+\.ipynb|{re.escape(FILE)}")


def pack(folder: Path) -> bytes:
    """The work in `folder`, as a file. Raises `CourseError` where there is none."""
    work = dict(_work(folder))
    if not work:
        raise CourseError("There is nothing to take along yet: no lesson was written into, and no exercise checked.")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in work.items():
            archive.writestr(zipfile.ZipInfo(name, DATE), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack(folder: Path, packed: bytes) -> list[str]:
    """Put what `pack` returned into `folder`, all of it. Returns what was done, in sentences.

    Raises `CourseError` for any other file, before anything is written.
    """
    work = _contents(packed)
    said: list[str] = []
    progress = work.pop(FILE, None)
    for name, content in work.items():
        path = folder / name
        before = path.read_bytes() if path.exists() else None
        if before == content:
            continue
        if before is not None and was_edited(before):
            copy = keep_copy(folder / path.name, before)
            said.append(f"{name} was written into here as well: that is kept in backups/{copy.name}.")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        said.append(f"{name} is as it was taken along.")
    passed = 0 if progress is None else _add_progress(folder, progress)
    return [*said, f"{passed} more exercise{'' if passed == 1 else 's'} passed."]


def _work(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted([*folder.glob("*.ipynb"), *folder.glob("backups/*.ipynb")]):
        content = path.read_bytes()
        if was_edited(content):
            yield path.relative_to(folder).as_posix(), content
    if (folder / FILE).exists():
        yield FILE, (folder / FILE).read_bytes()


def _contents(packed: bytes) -> dict[str, bytes]:
    other = CourseError(f"This is no file that export_work() wrote: choose the one that is called {NAME} or like it.")
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            files = archive.infolist()
            if sum(file.file_size for file in files) > MOST or not all(_PLACE.fullmatch(one.filename) for one in files):
                raise other
            contents = {file.filename: archive.read(file) for file in files}
    except (zipfile.BadZipFile, OSError, RuntimeError) as error:
        raise other from error
    if not all(name == FILE or _is_notebook(content) for name, content in contents.items()):
        raise other
    return contents


def _is_notebook(content: bytes) -> bool:
    try:
        return is_generated(content) or "cells" in json.loads(content)
    except (ValueError, TypeError):
        return False


def _add_progress(folder: Path, progress: bytes) -> int:
    """Add what is passed or tried there. Returns how many exercises that makes passed here and were not."""
    states = parse_journal(progress).states
    before = read_journal(folder).states
    for name, state in states.items():
        add(folder, name, state)
    return sum(state == "passed" and before.get(name) != "passed" for name, state in states.items())
