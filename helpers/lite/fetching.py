"""What is not ours: Python for WebAssembly from npm, wheels from PyPI, each with the hash that was written down."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from helpers.errors import CourseError
from helpers.settings import without_keys

RUNTIME: Final = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
PLATFORM: Final = (
    *("--platform", "pyemscripten_2026_0_wasm32"),
    *("--python-version", "3.14"),
    *("--implementation", "cp"),
    *("--abi", "cp314", "--abi", "abi3", "--abi", "none"),
)
"""That of the runtime, as pip asks for it."""
_PIN: Final = re.compile(r"^([a-z0-9-]+)==(\S+) \\\n    --hash=sha256:([0-9a-f]{64})$", re.MULTILINE)


def pinned(requirements: Path) -> Mapping[str, str]:
    """By the name of each wheel that is wanted, its SHA-256. Raises `CourseError` for a line that is no pin."""
    text = "".join(line for line in requirements.read_text("utf-8").splitlines(True) if not line.startswith("#"))
    pins = {match[1]: match[3] for match in _PIN.finditer(text)}
    if left := _PIN.sub("", text).split():
        raise CourseError(f"{requirements}: {left[0]} is no name==version with one hash below it.")
    return pins


def fetch_wheels(requirements: Path, folder: Path) -> Sequence[Path]:
    """The wheels of `requirements`, in `folder` and nothing else. Nothing is fetched that is there already."""
    hashes = set(pinned(requirements).values())
    folder.mkdir(parents=True, exist_ok=True)
    if _hashes_in(folder) != hashes:
        shutil.rmtree(folder)
        where = ("--dest", str(folder), "--no-deps", "--only-binary=:all:", "--require-hashes")
        _run(sys.executable, "-m", "pip", "download", "-qq", *where, *PLATFORM, "-r", str(requirements))
    return sorted(folder.glob("*.whl"))


def fetch_runtime(lock: Path, folder: Path) -> Path:
    """The folder with Python for WebAssembly, below `folder`. `lock` holds a package.json and its package-lock.json."""
    wanted = (lock / "package-lock.json").read_bytes()
    package = folder / "node_modules" / "pyodide"
    done = folder / "fetched.json"
    if not (done.exists() and done.read_bytes() == wanted and all((package / name).exists() for name in RUNTIME)):
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(lock / name, folder)
        # Beside Python stands the one that `make node` installs.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        npm = shutil.which("npm", path=path)
        if npm is None:
            raise CourseError("npm is missing, which fetches Python for the browser: `make node` installs one.")
        _run(
            npm,
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--silent",
            cwd=folder,
            environment={**without_keys(), "PATH": path},
        )
        done.write_bytes(wanted)
    return package


def _hashes_in(folder: Path) -> set[str]:
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.whl")}


def _run(*command: str, cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment or without_keys(),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        words = "\n".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise CourseError(f"{Path(command[0]).name} could not fetch what the site needs: {words}")
