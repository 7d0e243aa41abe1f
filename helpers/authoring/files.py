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
    folder = notebook.parent / "backups"
    folder.mkdir(exist_ok=True)
    copy = next(path for number in count(1) if not (path := folder / f"{notebook.stem}.{number}.ipynb").exists())
    # Exclusive: if another build took the number meanwhile, fail rather than lose its copy.
    with copy.open("xb") as file:
        file.write(content)
    return copy
