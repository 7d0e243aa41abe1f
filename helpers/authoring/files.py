"""Writing derived files: all of them or none, and never over a learner's work."""

import os
from collections.abc import Mapping
from itertools import count
from pathlib import Path

from helpers.authoring.digest import was_edited
from helpers.errors import CourseError


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Each file beside its place first; only when all are there do they take their places."""
    staged: dict[Path, Path] = {}
    path = Path()
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            staged[path] = path.with_name(f".{path.name}.{os.getpid()}.tmp")
            staged[path].write_bytes(content)
        for path, temporary in staged.items():
            os.replace(temporary, path)
    except OSError as error:
        raise CourseError(f"{path} cannot be written ({error.strerror}): mend that and build again.") from error
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)


def back_up(notebook: Path, replacement: bytes) -> Path | None:
    """Copy a learner's notebook that was edited, before `replacement` takes its place. Returns the copy's path."""
    if not notebook.exists():
        return None
    content = notebook.read_bytes()
    if content == replacement or not was_edited(content):
        return None
    return keep_copy(notebook, content)


def keep_copy(notebook: Path, content: bytes) -> Path:
    """Write `content`, what is in `notebook` now, to a new file in `backups/` beside it. Returns the file's path.

    Raises `CourseError` when it cannot be written.
    """
    folder = notebook.parent / "backups"
    try:
        folder.mkdir(exist_ok=True)
        places = (folder / f"{notebook.stem}.{number}.ipynb" for number in count(1))
        return next(place for place in places if _create(place, content))
    except OSError as error:
        reason = error.strerror
        raise CourseError(f"{folder} cannot be written ({reason}), so nothing was changed: mend that.") from error


def _create(path: Path, content: bytes) -> bool:
    """Write a new file. Where somebody else takes its name meanwhile, neither is lost."""
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True
