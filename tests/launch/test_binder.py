"""What Binder would build, as repo2docker's own code renders it; tests/browser/test_on_binder.py takes the steps."""

from typing import Final

import pytest
from packaging.specifiers import SpecifierSet

from tests.launch.binder.rendered import Build, rendered
from tests.launch.test_install import PROJECT, ROOT

STEPS: Final = (
    '${KERNEL_PYTHON_PREFIX}/bin/pip install --no-cache-dir -r "binder/requirements.txt"',
    "./binder/postBuild",
)
"""The learner's lock, and what is done once the course is there."""


@pytest.fixture(scope="module")
def build() -> Build:
    return rendered()


def test_steps(build: Build) -> None:
    """Nothing is installed but the learner's lock: no conda environment, no system's packages, no project beside it."""
    assert build.kind == "PythonBuildPack"
    assert build.steps == STEPS


def test_image(build: Build) -> None:
    """In the image the lock comes before the course is copied: what it installs is kept while the lock is the same."""
    order = [
        "COPY --chown=1000:1000 src/binder/requirements.txt",
        f"RUN {STEPS[0]}",
        "COPY --chown=1000:1000 src/ ${REPO_DIR}/",
        f"RUN {STEPS[1]}",
        "CMD [",
    ]
    places = [build.dockerfile.index(line) for line in order]
    assert places == sorted(places)


def test_python(build: Build) -> None:
    """The image's Python is the one that is named, and one that the course is for."""
    assert (ROOT / "binder" / "runtime.txt").read_text("utf-8").strip() == f"python-{build.python}"
    assert build.python in SpecifierSet(PROJECT["project"]["requires-python"])


def test_base(build: Build) -> None:
    """What stands in the image before is known: the steps are tried on top of the same."""
    assert {"jupyterlab", "notebook", "jupyterhub", "jupyter_server", "ipywidgets"} <= {*build.base_asks_for}
    assert {*build.base_asks_for} <= {*build.base_locks}
    assert build.command == ["jupyter", "notebook"]
