"""The folders that the course and JupyterLab write to: whether they can, and what mends one where they cannot."""

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from helpers.doctor.finding import ROOT, Finding, Look, quoted

NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)


def writing() -> Iterator[Finding]:
    """Whether work and progress can be kept: in the notebooks, beside them, and in the copies of them."""
    folder = ROOT / "notebooks"
    if not folder.is_dir():
        yield Finding("writing", "broken", f"there is no folder {folder}", "git checkout -- notebooks")
        return
    places = [folder, *sorted(folder.glob("*.ipynb")), *folder.glob("progress.txt"), *folder.glob("backups")]
    refused = [(place, error) for place in places if (error := _refusal(place))]
    if not refused:
        yield Finding("writing", "fine", f"{folder} can be written to")
        return
    place, error = refused[0]
    more = f", and {len(refused) - 1} more" if len(refused) > 1 else ""
    said = f"{place} cannot be written to{more}: {error.strerror}"
    yield Finding("writing", "broken", said, _mend(error, place, folder, f"cp -r {quoted(ROOT)} ~/"))


def jupyters() -> Iterator[Finding]:
    """Whether JupyterLab can keep there what it needs to start, and its settings."""
    from jupyter_core.paths import jupyter_config_dir, jupyter_runtime_dir

    elsewhere = 'export HOME="$(mktemp -d)"'
    for folder in map(Path, (jupyter_runtime_dir(), jupyter_config_dir())):
        # Jupyter makes what is not there.
        place = next(place for place in (folder, *folder.parents) if place.exists())
        if error := _refusal(place):
            mend = _mend(error, place, folder, elsewhere) if place == folder else elsewhere
            yield Finding("Jupyter", "broken", f"{folder} cannot be written to: {error.strerror}", mend)
            return
    yield Finding("Jupyter", "fine", "its own folders can be written to")


def _refusal(place: Path) -> OSError | None:
    """Why the file or folder cannot be written to. Neither is changed."""
    try:
        if place.is_dir():
            with TemporaryFile(dir=place) as file:
                file.write(b"x")
                file.flush()
        else:
            place.open("r+b").close()
    except OSError as error:
        return error
    return None


def _mend(error: OSError, place: Path, folder: Path, elsewhere: str) -> str:
    """What to do about `folder`, in which `place` is; `elsewhere` is for a system that nobody can write to."""
    if error.errno in NO_ROOM:
        return "make room on its disk"
    if error.errno == errno.EROFS:
        return elsewhere
    if sys.platform == "win32":
        return "allow yourself to write there"
    if place.stat().st_uid != os.geteuid():
        return f'sudo chown -R "$(id -un)" {quoted(folder)}'
    return f"chmod -R u+rwX {quoted(folder)}"


LOOKS: Final[list[tuple[str, Look]]] = [("writing", writing), ("Jupyter", jupyters)]
