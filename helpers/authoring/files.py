"""Writing derived files: all of them or none, and never over a learner's work."""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from helpers.authoring.digest import was_edited
from helpers.errors import CourseError


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Each file beside its place first; only when all are there do they take their places."""
    with ExitStack() as stack:
        staged = {path: _stage(path, content, stack) for path, content in contents.items()}
        for path, temporary in staged.items():
            os.replace(temporary, path)


def back_up(notebook: Path, replacement: bytes) -> Path | None:
    """Copy a learner's notebook that was edited, before `replacement` takes its place. Returns the copy's path."""
    if not notebook.exists():
        return None
    content = notebook.read_bytes()
    if content == replacement or not was_edited(content):
        return None
    folder = notebook.parent / "backups"
    folder.mkdir(exist_ok=True)
    for number in count(1):
        copy = folder / f"{notebook.stem}.{number}{notebook.suffix}"
        try:
            with copy.open("xb") as file:
                file.write(content)
        except FileExistsError:
            continue
        return copy
    return None


def _stage(path: Path, content: bytes, stack: ExitStack) -> Path:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    stack.callback(temporary.unlink, missing_ok=True)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
    except OSError as error:
        raise CourseError(f"{path} cannot be written ({error.strerror}): make its folder writable.") from error
    return temporary
