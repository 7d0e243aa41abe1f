"""Binder's environment without its container: repo2docker's steps, run in a folder of their own."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil

from helpers.errors import CourseError
from tests.browser.lab import Lab

from .rendered import ROOT, Build

NOT_COMMITTED: Final = shutil.ignore_patterns(
    *(".git", ".venv", "node_modules", "build", "_site", "__pycache__", ".ipynb_checkpoints", ".*_cache", ".progress*")
)
PIP: Final = "${KERNEL_PYTHON_PREFIX}/bin/pip install --no-cache-dir"
UV: Final = 'uv pip install --quiet --python "$KERNEL_PYTHON_PREFIX"'
"""In its place: the same file with the same hashes, out of a cache that is there for it."""
FOREIGN: Final = ("ANTHROPIC_", "COURSE_", "JUPYTER", "PYTHON", "VIRTUAL_ENV", "XDG_")
"""How the variables begin that the container has not, and that would matter there."""
SETTINGS: Final = {
    "PIP_CONFIG_FILE": ".config/pip/pip.conf",
    "UV_CONFIG_FILE": ".config/uv/uv.toml",
    "NPM_CONFIG_USERCONFIG": ".npmrc",
}
"""Where whoever runs this has said where packages come from. The home folder is another one there."""
CACHES: Final = {"UV_CACHE_DIR": ".cache/uv", "NPM_CONFIG_CACHE": ".npm"}


class Home:
    """The course as it lies in Binder's container, and the environment beside it."""

    def __init__(self, folder: Path, build: Build, python: str, *, with_uv: bool) -> None:
        self.folder, self._build, self._python, self._with_uv = folder, build, python, with_uv
        self.course = folder / "home"
        self.prefix = folder / "env"
        self.seconds: dict[str, float] = {}
        """How long each step took, in real seconds."""

    def install_base(self) -> None:
        """Install what repo2docker has from conda, in the same versions. Raises `CourseError` where it can't be had."""
        began = time.monotonic()
        self.course.mkdir()
        locked = self._build.base_locks
        constraints = self.folder / "base.txt"
        constraints.write_text("".join(f"{name}=={version}\n" for name, version in locked.items()), "utf-8")
        wanted = [f"{name}=={locked[name]}" for name in ("pip", *self._build.base_asks_for)]
        if self._with_uv:
            _run("uv", "venv", "--quiet", "--no-config", "--seed", "--python", self._python, str(self.prefix))
            install = ["uv", "pip", "install", "--quiet", "--python", str(self.prefix)]
        else:
            _run(self._python, "-m", "venv", str(self.prefix))
            install = [str(self.prefix / "bin" / "pip"), "install", "--quiet"]
        try:
            _run(*install, "--constraint", str(constraints), *wanted)
        except subprocess.CalledProcessError as error:
            raise CourseError(
                "What Binder's environment begins with cannot be installed: connect this machine."
            ) from error
        self.seconds["the base"] = time.monotonic() - began

    def make(self) -> None:
        """Copy the course, and take the steps in the environment that the base is in.

        Raises `CalledProcessError` where one fails.
        """
        shutil.copytree(ROOT, self.course, ignore=NOT_COMMITTED, dirs_exist_ok=True)
        for step in self._build.steps:
            began = time.monotonic()
            script = self.course / step
            if step.startswith("./"):
                script.chmod(0o755)
            self.run(step.replace(PIP, UV) if self._with_uv else step)
            self.seconds[step] = time.monotonic() - began

    def run(self, command: str) -> str:
        """What `command` prints, in the course's folder, as Binder's user would see it."""
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=self.course,
            env=self.environment(),
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def installed(self) -> dict[str, str]:
        """The versions of all packages, by name."""
        found = json.loads(self.run("python -m pip list --format json --disable-pip-version-check"))
        return {one["name"]: one["version"] for one in found}

    def environment(self) -> dict[str, str]:
        """What the container's processes are given."""
        here = {**SETTINGS, **(CACHES if self._with_uv else {})}
        return {
            **{name: str(Path.home() / place) for name, place in here.items() if (Path.home() / place).exists()},
            **{name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)},
            "HOME": str(self.course),
            "REPO_DIR": str(self.course),
            "KERNEL_PYTHON_PREFIX": str(self.prefix),
            "NB_PYTHON_PREFIX": str(self.prefix),
            "CONDA_DEFAULT_ENV": str(self.prefix),
            "PATH": os.pathsep.join([str(self.prefix / "bin"), os.environ["PATH"]]),
            "PYTHONUNBUFFERED": "1",
        }


class Server(Lab):
    """The server that Binder starts there, on the course itself."""

    def __init__(self, home: Home, command: Sequence[str]) -> None:
        super().__init__(home.folder / "server", ())
        self._home, self._command_there = home, command
        self.root = home.course

    def _command(self) -> list[str]:
        program, *rest = self._command_there
        return [str(self._home.prefix / "bin" / program), *rest]

    def _environment(self) -> dict[str, str]:
        places = {name: str(self._folder / name) for name in ("config", "runtime")}
        return {**self._home.environment(), **{f"JUPYTER_{name.upper()}_DIR": place for name, place in places.items()}}

    def most_memory(self) -> dict[str, int]:
        """The most that each process of it has taken so far, in bytes, by what it is and its process id.

        Pages that they share are counted for each: together they have taken no more than the sum.
        """
        server = psutil.Process(self._process.pid)
        return {f"{one.name()} {one.pid}": _peak(one.pid) for one in (server, *server.children(recursive=True))}


@contextmanager
def served(home: Home, command: Sequence[str]) -> Iterator[Server]:
    """The server, while it runs."""
    (home.folder / "server").mkdir()
    with Server(home, command) as server:
        yield server


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def has_uv() -> bool:
    """Whether there is a uv that works."""
    return shutil.which("uv") is not None and subprocess.run(["uv", "--version"], capture_output=True).returncode == 0


def python_for(version: str) -> str:
    """A Python of this version where there is one on the PATH, else this one."""
    named = shutil.which(f"python{version}")
    works = named and subprocess.run([named, "-c", ""], capture_output=True).returncode == 0
    return str(named) if works else sys.executable
