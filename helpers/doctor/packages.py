"""Python and its packages: what pyproject.toml asks for, and what the lock has."""

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from helpers.doctor.finding import INSTALL, ROOT, Finding, Look
from helpers.doctor.oldest import MEND

LOCK: Final = "binder/requirements.txt"
SHOWN: Final = 3
"""Packages that are named of those that differ."""
_PIN: Final = re.compile(r"^([a-z0-9][^\s=]*==[^\\\n]*?) *\\?$", re.MULTILINE)


def project() -> dict[str, Any]:
    """What pyproject.toml says of the course."""
    wanted: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return wanted


def python() -> Iterator[Finding]:
    """This Python, and whether it is new enough."""
    wanted = str(project()["requires-python"])
    running = ".".join(map(str, sys.version_info[:3]))
    oldest = tuple(map(int, wanted.removeprefix(">=").split(".")))
    if sys.version_info[: len(oldest)] < oldest:
        yield Finding("Python", "broken", f"{running} at {sys.executable}; the course wants {wanted}", MEND)
    else:
        yield Finding("Python", "fine", f"{running} at {sys.executable}")


def packages() -> Iterator[Finding]:
    """Every package that the course imports."""
    from packaging.requirements import Requirement

    for text in project()["dependencies"]:
        wanted = Requirement(text)
        yield _package(wanted.name, lambda found, wanted=wanted: found in wanted.specifier, str(wanted.specifier))


def _package(name: str, is_wanted: Any, wanted: str) -> Finding:
    found = installed(name)
    if found is None:
        return Finding(name, "broken", f"not in {sys.prefix}", INSTALL)
    if not is_wanted(found):
        return Finding(name, "broken", f"{found}; the course wants {wanted}", INSTALL)
    return Finding(name, "fine", found)


def lock() -> Iterator[Finding]:
    """Whether what is installed is what the lock has."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        pins = [Requirement(pin) for pin in _PIN.findall((ROOT / LOCK).read_text("utf-8"))]
    except InvalidRequirement:
        pins = []
    here = [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]
    other = [
        f"{pin.name} {installed(pin.name) or 'missing'}" for pin in here if not _is_pinned(pin, installed(pin.name))
    ]
    if not here:
        yield Finding("lock", "broken", f"no package is pinned in {LOCK}", f"git checkout -- {LOCK}")
    elif other:
        shown = ", ".join(other[:SHOWN]) + (" …" if len(other) > SHOWN else "")
        yield Finding("lock", "optional", f"{len(other)} of {len(here)} are others than in {LOCK}: {shown}", INSTALL)
    else:
        yield Finding("lock", "fine", f"all {len(here)} packages are those in {LOCK}")


def _is_pinned(pin: Any, found: str | None) -> bool:
    return found is not None and found in pin.specifier


def installed(name: str) -> str | None:
    """The version of a package in this environment; None where it is not there."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


LOOKS: Final[list[tuple[str, Look]]] = [("Python", python), ("packages", packages), ("lock", lock)]
