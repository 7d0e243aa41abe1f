"""What is ours, as a wheel: what a notebook imports, our solutions, and the lessons as they are handed out."""

import hashlib
import tomllib
import zipfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LEFT_OUT: Final = frozenset({"ci", "classroom", "doctor", "grading", "jupyter", "lite", "pages", "proofs"})
"""Rooms that no notebook enters: they need processes, write pages, or judge others'."""
PILES: Final = frozenset({"__pycache__", "node_modules"})
DATE: Final = (2026, 1, 1, 0, 0, 0)
"""Of every file, so that the same content is the same wheel."""


def write_package(root: Path, folder: Path, available: Collection[str]) -> Path:
    """Write the wheel of the course in `root` to `folder`. Its version has a digest of what is in it.

    So a new deployment never meets an old copy of it in a browser. Of what the course depends on, it names what is
    `available`: the rest serves its commands.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    contents = dict(_contents(root))
    version = f"{project['version']}+{_digest(contents)}"
    information = f"course-{version}.dist-info"
    contents[f"{information}/METADATA"] = _metadata(project, version, available).encode()
    contents[f"{information}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: helpers.lite\nRoot-Is-Purelib: true\n"
    contents[f"{information}/WHEEL"] += b"Tag: py3-none-any\n"
    contents[f"{information}/RECORD"] = "".join(f"{name},,\n" for name in contents).encode()
    path = folder / f"course-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, DATE), content, zipfile.ZIP_DEFLATED)
    return path


def _contents(root: Path) -> Iterator[tuple[str, bytes]]:
    """The files of the wheel, by their names in it."""
    for path in sorted((root / "helpers").rglob("*")):
        inside = path.relative_to(root / "helpers").parts
        if path.is_file() and inside[0] not in LEFT_OUT and not PILES & set(inside):
            yield f"helpers/{'/'.join(inside)}", path.read_bytes()
    for path in sorted((root / "solutions").glob("*.py")):
        yield f"solutions/{path.name}", path.read_bytes()
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        yield f"notebooks/{path.name}", path.read_bytes()


def _digest(contents: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in contents.items():
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _metadata(project: Mapping[str, Any], version: str, available: Collection[str]) -> str:
    needed = [text for text in project["dependencies"] if canonicalize_name(Requirement(text).name) in available]
    lines = ["Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {version}"]
    return "\n".join([*lines, *(f"Requires-Dist: {text}" for text in needed), ""])
