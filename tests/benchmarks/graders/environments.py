"""The virtual environments of what the course is compared with: one each, with pinned versions."""

import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

VERSIONS: Final = {"otter-grader": "7.0.0", "nbgrader": "0.9.6", "llmock": "0.2.0"}
SERVERS: Final = ("llmock",)
"""What runs no code of ours, so that it needs no SDK."""


def requirements(name: str) -> tuple[str, ...]:
    """What the environment of this peer holds: a grader's also the SDK that runs here."""
    ours = () if name in SERVERS else ("anthropic", "httpx2", "ipykernel")
    return (f"{name}=={VERSIONS[name]}", *(f"{package}=={version(package)}" for package in ours))


def python_of(name: str, folder: Path) -> Path:
    """The interpreter of this peer's environment in `folder`, which is made when it is not there whole."""
    environment = folder / f"{name}-{VERSIONS[name]}"
    python, stamp = environment / "bin" / "python", environment / "holds.txt"
    wanted = "\n".join(requirements(name))
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        shutil.rmtree(environment, ignore_errors=True)
        for command in _commands(environment, python, requirements(name)):
            subprocess.run(command, check=True)
        stamp.write_text(wanted, "utf-8")
    return python


def _commands(environment: Path, python: Path, packages: tuple[str, ...]) -> list[list[str]]:
    uv = shutil.which("uv")
    if uv is not None:
        make = [uv, "venv", "--quiet", "--no-config", "--python", sys.executable, str(environment)]
        return [make, [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python), *packages]]
    make = [sys.executable, "-m", "venv", str(environment)]
    return [make, [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]]
