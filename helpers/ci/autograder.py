"""`course autograder gradescope`: an archive with all that Gradescope needs to grade, which is the course itself.

Its form is documented at https://gradescope-autograders.readthedocs.io/en/latest/specs/: `setup.sh` and
`run_autograder` stand at the root, and everything is unpacked into /autograder/source.
"""

import contextlib
import shlex
import zipfile
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from secrets import token_hex
from typing import Final

from helpers.errors import CourseError
from helpers.grading.choosing import lessons_named
from helpers.grading.writing import cannot_write

ROOT: Final = Path(__file__).parents[2]
PARTS: Final = ("pyproject.toml", "Makefile", "README.md", "LICENSE", "binder/requirements.txt", "helpers")
"""What `make install` and the grader need of a checkout."""
LEFT_OUT: Final = frozenset({"__pycache__", "node_modules"})
OURS: Final = resources.files("helpers.ci") / "gradescope"
SCRIPTS: Final = ("setup.sh", "run_autograder")
_EXECUTABLE: Final = 0o755 << 16
_ORDINARY: Final = 0o644 << 16
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
"""The same course gives the same archive."""


def write_gradescope(path: Path, lessons: Sequence[str] = (), root: Path = ROOT) -> None:
    """Write the archive, all of it or nothing. `lessons` are those that count; all of them when none is named.

    Raises `CourseError` for a lesson that there is not, where `root` is no checkout, and when `path` cannot be written.
    """
    counted = lessons_named(lessons) if lessons else ()
    options = " ".join(f"--lesson {shlex.quote(lesson)}" for lesson in counted)
    files = dict(_files(root))
    temporary = path.with_name(f".{token_hex(8)}.tmp")
    try:
        _write(temporary, files, options)
        temporary.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _write(path: Path, files: dict[str, Path], options: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in SCRIPTS:
            script = (OURS / name).read_text("utf-8").replace(" LESSONS\n", f" {options}\n" if options else "\n")
            archive.writestr(_entry(name, _EXECUTABLE), script)
        for name, file in files.items():
            archive.writestr(_entry(f"course/{name}", _ORDINARY), file.read_bytes())


def _entry(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.external_attr = mode
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    for part in PARTS:
        place = root / part
        if not place.exists():
            raise CourseError(f"{part} is not in {root}: install the course from its checkout with `make install`.")
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            inner = file.relative_to(root)
            if file.is_file() and not LEFT_OUT & set(inner.parts):
                yield inner.as_posix(), file
