"""Where Node is, and what is missing for a TypeScript cell: said in one sentence, with the command that mends it."""

import json
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Final

from helpers.errors import CourseError
from helpers.settings import without_keys

FOLDER: Final = Path(__file__).parent
PACKAGES: Final = FOLDER / "node_modules"
OLDEST: Final = 20
IN_A_BROWSER: Final = (
    "TypeScript needs Node, which a browser does not have: everything else works without it, and this needs a machine "
    "of your own."
)
MEND: Final = "run `make node` in the course's folder"
_NAMES: Final = ("node.exe",) if sys.platform == "win32" else ("node",)


class NodeMissing(CourseError):  # noqa: N818 - as one says it
    """TypeScript is not available here. The sentence says why, and what mends it."""


def problem() -> str | None:
    """Why no TypeScript can be run here; None where it can."""
    if sys.platform == "emscripten":
        return IN_A_BROWSER
    try:
        node()
    except NodeMissing as error:
        return str(error)
    return None


@cache
def node() -> Path:
    """The Node that runs cells: the one of this environment, else that of the PATH. Raises `NodeMissing`."""
    found = {path: _version(path) for path in _candidates()}
    path = next((path for path, version in found.items() if version and version[0] >= OLDEST), None)
    if path is None:
        raise NodeMissing(f"{_why_not(found)}: {MEND}, and everything else works without it.")
    missing = _missing_package()
    if missing:
        raise NodeMissing(f"The npm package {missing} is not installed: {MEND}.")
    return path


@cache
def versions() -> dict[str, str]:
    """By their names, the versions of Node and of the packages that cells use."""
    packages = {name: _installed(name) or "" for name in _pinned()}
    return {"node": ".".join(map(str, _version(node()) or ())), **packages}


def programs() -> set[Path]:
    """Every file that may be the Node of this environment, whatever its version: without running one of them."""
    return {path.resolve() for path in _candidates()}


def _candidates() -> list[Path]:
    # `make node` puts one here where the system has none, or an old one.
    beside = (Path(sys.executable).parent / name for name in _NAMES)
    on_path = (shutil.which(name) for name in _NAMES)
    return list(dict.fromkeys([path for path in beside if path.exists()] + [Path(path) for path in on_path if path]))


def _version(path: Path) -> tuple[int, ...] | None:
    try:
        said = subprocess.run(
            [path, "--version"], env=without_keys(), capture_output=True, text=True, timeout=20, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"v(\d+)\.(\d+)\.(\d+)", said)
    return tuple(map(int, match.groups())) if match else None


def _why_not(found: dict[Path, tuple[int, ...] | None]) -> str:
    if not found:
        return f"Node is not installed here, and TypeScript needs Node {OLDEST} or newer"
    path, version = next(iter(found.items()))
    if version is None:
        return f"{path} does not say that it is Node"
    return f"This is Node {'.'.join(map(str, version))}, and TypeScript needs Node {OLDEST} or newer"


def _missing_package() -> str | None:
    return next((name for name, version in _pinned().items() if _installed(name) != version), None)


def _pinned() -> dict[str, str]:
    packages: dict[str, str] = json.loads((FOLDER / "package.json").read_text("utf-8"))["dependencies"]
    return {name: version for name, version in packages.items() if version[0].isdigit()}


def _installed(name: str) -> str | None:
    try:
        version: str = json.loads((PACKAGES / name / "package.json").read_text("utf-8"))["version"]
    except (OSError, ValueError, KeyError):
        return None
    return version
