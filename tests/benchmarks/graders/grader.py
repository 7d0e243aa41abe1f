"""A grader as the benchmark sees it: a folder with the assignment, and the process that grades from it."""

import subprocess
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final

from helpers.settings import inherited
from tests.benchmarks.graders.submission import ROOT, Functions

INHERITED: Final = ("LANG", "LC_ALL", "LD_LIBRARY_PATH")


class Grader(ABC):
    """One grader with one folder. Of two that grade at the same time, each has a folder of its own."""

    name: ClassVar[str]
    """Of its distribution."""
    module: ClassVar[str]
    """What its process runs."""

    def __init__(self, python: Path, folder: Path) -> None:
        self.python = python
        self.folder = folder
        folder.mkdir(parents=True)

    def prepare(self) -> None:  # noqa: B027 - where there is nothing to prepare, that is all
        """Lay down the assignment: once, and not timed."""

    @abstractmethod
    def hand_in(self, student: str, functions: Functions) -> None:
        """Lay down one submission."""

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the grader's own programs in the folder. Raises `CalledProcessError`, and `log` says why."""
        command = [str(self.python.parent / program), *arguments]
        with self.log.open("ab") as log:
            subprocess.run(command, cwd=self.folder, env=self.environment, check=True, stdout=log, stderr=log)

    @property
    def log(self) -> Path:
        """What its programs say."""
        return self.folder / "log.txt"

    @property
    def command(self) -> list[str]:
        """What starts its process. Its folder is no place to import from: one of them holds a `tests`."""
        return [str(self.python), "-P", "-m", self.module, str(self.folder)]

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables of its process: the interpreter's own programs first, a home in its folder, no time lost."""
        return {
            **inherited(INHERITED),
            "PATH": f"{self.python.parent}:/usr/bin:/bin",
            "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "COURSE_MODE": "replay",
            "COURSE_SPEED": "0",
            # Its kernels are those of its own environment.
            "JUPYTER_PREFER_ENV_PATH": "1",
        }
