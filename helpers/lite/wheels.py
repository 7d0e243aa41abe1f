"""The wheels of the site, and `pyodide-lock.json`: the list in which Pyodide finds what to load, and from where."""

import email
import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from helpers.errors import CourseError

BROWSER: Final[dict[str, str]] = {
    "implementation_name": "cpython",
    "implementation_version": "3.14.2",
    "os_name": "posix",
    "platform_machine": "wasm32",
    "platform_python_implementation": "CPython",
    "platform_release": "",
    "platform_system": "Emscripten",
    "platform_version": "",
    "python_full_version": "3.14.2",
    "python_version": "3.14",
    "sys_platform": "emscripten",
    "extra": "",
}
"""What the markers of requirements are held against."""


@dataclass(frozen=True)
class Wheel:
    """A wheel and what its metadata say."""

    path: Path
    name: str
    version: str
    needs: frozenset[str]
    imports: tuple[str, ...]

    @property
    def key(self) -> str:
        """Its name, as a lock spells it."""
        return canonicalize_name(self.name)

    @property
    def entry(self) -> Mapping[str, Any]:
        """Itself, as `pyodide-lock.json` has it."""
        return {
            "name": self.name,
            "version": self.version,
            "file_name": self.path.name,
            "install_dir": "site",
            "sha256": hashlib.sha256(self.path.read_bytes()).hexdigest(),
            "package_type": "package",
            "imports": list(self.imports),
            "unvendored_tests": False,
            "depends": sorted(self.needs),
        }


def read_wheel(path: Path) -> Wheel:
    """The wheel at `path`."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        metadata = next(name for name in names if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        said = email.message_from_bytes(archive.read(metadata))
    return Wheel(path, said["Name"], said["Version"], frozenset(_needs(said)), tuple(sorted(_imports(names))))


def pyodide_lock(stock: Path, wheels: Iterable[Wheel]) -> bytes:
    """The lock that came with the runtime, `stock`, with our wheels in it and no others.

    Raises `CourseError` where a wheel needs one that is not there: nothing is fetched later.
    """
    found = {wheel.key: wheel for wheel in wheels}
    for wheel in found.values():
        if missing := sorted(wheel.needs - set(found)):
            raise CourseError(f"{wheel.path.name} needs {', '.join(missing)}: add it to lite/wheels.txt.")
    lock = json.loads(stock.read_bytes())
    lock["packages"] = {key: wheel.entry for key, wheel in sorted(found.items())}
    return (json.dumps(lock, indent=1, sort_keys=True) + "\n").encode()


def _needs(metadata: Message) -> Iterable[str]:
    for text in metadata.get_all("Requires-Dist", []):
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate(BROWSER):
            yield canonicalize_name(requirement.name)


def _imports(names: Iterable[str]) -> set[str]:
    """What can be imported of a wheel with files of these names."""
    code = (name for name in names if name.endswith((".py", ".so")) and not re.match(r"[^/]+\.(dist-info|data)/", name))
    return {re.sub(r"\.py$|\..*\.so$", "", name.partition("/")[0]) for name in code}
