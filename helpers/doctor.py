"""What this machine has and lacks for the course."""

import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from helpers.errors import CourseError
from helpers.settings import Settings

OLDEST_PYTHON: Final = (3, 11)
PACKAGES: Final = ("anthropic", "httpx2", "jupyterlab", "ipykernel", "ipywidgets", "jupytext", "nbclient", "nbformat")
CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")


def examine(settings: Settings) -> Iterator[str]:
    """A line for each thing that was looked at. Raises `CourseError` where something is missing that lessons need."""
    yield _line("Python", _python())
    for package in PACKAGES:
        yield _line(package, _installed(package))
    yield _line("Chromium", _program(CHROMIUM, "needed by the browser tests alone: install chromium to run them"))
    yield _line("Node", _program(("node",), "needed by the TypeScript lesson alone: install Node 20 to take it"))
    yield _line("grading", _isolation())
    yield _line("mode", _mode(settings))
    yield _line("model", settings.model)


def _line(name: str, found: str) -> str:
    return f"{name:<11} {found}"


def _python() -> str:
    if sys.version_info < OLDEST_PYTHON:
        raise CourseError(
            f"This is Python {sys.version.split()[0]}, older than 3.11: install a newer one, then run "
            "`make install PYTHON=…` with its name."
        )
    return f"{sys.version.split()[0]} at {sys.executable}"


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        raise CourseError(f"The package {package} is missing from {sys.prefix}: run `make install`.") from None


def _program(names: tuple[str, ...], otherwise: str) -> str:
    return next((path for path in map(shutil.which, names) if path), f"not found; {otherwise}")


def _isolation() -> str:
    from helpers.grading.nursery import Nursery

    with Nursery() as nursery:
        if nursery.isolation == "namespaces":
            return "in namespaces: no files, processes or network but the submission's own"
        return f"behind a guard alone ({nursery.why_not}): grade only the work of people you trust"


def _mode(settings: Settings) -> str:
    key = "ANTHROPIC_API_KEY is set" if settings.api_key else "ANTHROPIC_API_KEY is not set"
    if settings.mode == "replay":
        return f"replay: no key, no network ({key}, and not used)"
    if settings.api_key is None:
        raise CourseError("COURSE_MODE is live, but there is no key: set ANTHROPIC_API_KEY, or unset COURSE_MODE.")
    return f"live: calls cost money ({key})"
