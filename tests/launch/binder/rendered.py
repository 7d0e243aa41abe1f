"""What Binder would build of the course, as repo2docker's own code says it; no container engine is asked."""

import contextlib
import re
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

from packaging.version import InvalidVersion, Version
from repo2docker.app import Repo2Docker
from repo2docker.buildpacks.conda import __file__ as conda

ROOT: Final = Path(__file__).parents[3]
PLATFORM: Final = "linux/amd64"
"""What mybinder.org's machines are."""
OF_CONDA: Final = {"jupyterhub-singleuser": "jupyterhub"}
"""Where a package has another name on PyPI."""
LOCKED: Final = re.compile(r"/(?P<name>[a-z0-9][a-z0-9_.-]*)-(?P<version>[0-9][^-/]*)-[^-/]+\.(?:conda|tar\.bz2)")


def is_version(text: str) -> bool:
    """Whether PyPI would take this for a version."""
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


@dataclass(frozen=True)
class Build:
    """How the course is built there."""

    kind: str
    """The name of the buildpack."""
    python: str
    base: str
    dockerfile: str
    steps: tuple[str, ...]
    """The commands that the course adds to the base, in their order: in its folder, by whoever uses it."""

    @property
    def command(self) -> list[str]:
        """What starts the server, without the address at which the container hears."""
        (words,) = re.findall(r"(?m)^CMD \[(.*)\]$", self.dockerfile)
        return list(takewhile(lambda word: not word.startswith("-"), re.findall(r'"([^"]*)"', words)))

    @property
    def base_asks_for(self) -> list[str]:
        """The Python packages that repo2docker installs before anything of the course."""
        names = re.findall(r"(?m)^ *- ([a-z_-]+)==", self._of_base(".yml"))
        return [OF_CONDA.get(name, name) for name in names]

    @property
    def base_locks(self) -> dict[str, str]:
        """The versions of all that is in its environment then, by name."""
        matches = LOCKED.finditer(self._of_base("-linux-64.lock"))
        # Libraries that are no Python packages have versions of their own kinds.
        found = {match["name"]: match["version"] for match in matches if is_version(match["version"])}
        return {OF_CONDA.get(name, name): version for name, version in found.items()}

    def _of_base(self, ending: str) -> str:
        return (Path(conda).parent / f"environment.py-{self.python}{ending}").read_text("utf-8")


def rendered(folder: Path = ROOT) -> Build:
    """The build of the repository in `folder`."""
    with contextlib.chdir(folder):
        app = Repo2Docker()
        pack = _pack(app)
        # What is beside binder/ would be installed in other steps than these.
        scripts = [*pack.get_preassemble_scripts(), *pack.get_assemble_scripts()]
        after = [*pack.get_post_build_scripts()]
        return Build(
            type(pack).__name__,
            pack.python_version,
            app.base_image,
            pack.render(build_args={}),
            (*(command for _, command in scripts), *(f"./{script}" for script in after)),
        )


def _pack(app: Repo2Docker) -> Any:
    for kind in app.buildpacks:
        pack = kind(base_image=app.base_image)
        pack.platform = PLATFORM
        if pack.detect():
            return pack
    raise AssertionError("no buildpack knows what to do with this repository")
