"""The course in an environment that was made as Binder makes it: its steps, its server, the first lesson, its memory.

What takes them is below tests/launch/binder; `python -m tests.launch.binder` prints what they cost, of every lesson.
"""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Final

import pytest
from packaging.utils import canonicalize_name
from playwright.sync_api import Browser

from helpers.errors import CourseError
from tests.launch.binder.home import Home, Server, has_uv, python_for, served
from tests.launch.binder.lesson import first_green, work
from tests.launch.binder.rendered import Build, rendered
from tests.launch.test_install import LOCKS, locked

pytestmark = [pytest.mark.weekly, pytest.mark.skipif(sys.platform != "linux", reason="Binder is a Linux")]

LESSON: Final = "05_errors"
"""The one that takes the most memory: it sends bodies of 32 MB."""
MOST_MEMORY: Final = 1_000_000_000
"""Bytes: mybinder.org gives each container one to two gigabytes."""


@pytest.fixture(scope="module")
def build() -> Build:
    return rendered()


@pytest.fixture(scope="module")
def before(home_as_it_was: tuple[Home, Mapping[str, str]]) -> Mapping[str, str]:
    """What was installed before the course was."""
    return home_as_it_was[1]


@pytest.fixture(scope="module")
def home_as_it_was(build: Build, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Mapping[str, str]]:
    home = Home(tmp_path_factory.mktemp("binder"), build, python_for(build.python), with_uv=has_uv())
    try:
        home.install_base()
    except CourseError as error:
        # Where there is no network nothing can be fetched; CI has one.
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    return home, home.installed()


@pytest.fixture(scope="module")
def home(home_as_it_was: tuple[Home, Mapping[str, str]]) -> Home:
    """The course, installed there."""
    home, _ = home_as_it_was
    home.make()
    return home


@pytest.fixture(scope="module")
def server(home: Home, build: Build) -> Iterator[Server]:
    with served(home, build.command) as server:
        yield server


def test_whole(home: Home) -> None:
    """No package lacks what it needs, or has another version of it than it can use."""
    assert home.run("python -m pip check") == "No broken requirements found.\n"


def test_learners_lock_alone(home: Home, before: Mapping[str, str]) -> None:
    """What came with the course is in the learner's lock, in that version; the course lies where it was copied to."""
    there, known = _canonical(home.installed()), _canonical(before)
    lock = {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one, _ in locked(LOCKS[0])}
    assert {*there} <= {*known, *lock, "course"}
    assert {name: there[name] for name in lock if name in there} == {name: lock[name] for name in lock if name in there}
    assert {"anthropic", "jupyterlab", "ipykernel", "nbconvert"} <= {*lock} & {*there}
    assert home.run("python -c 'import helpers; print(helpers.__path__[0])'").strip() == str(home.course / "helpers")


def test_nobody_is_asked(home: Home) -> None:
    """Nobody is asked about Jupyter's news there, and the course's own extensions are found."""
    listed, _, disabled = home.run("jupyter labextension list 2>&1").partition("Disabled extensions:")
    assert "course-aloud" in listed
    assert "course-typescript" in listed
    assert "@jupyterlab/apputils-extension:announcements" in disabled


def test_first_lesson(browser: Browser, server: Server) -> None:
    """The first lesson opens where the link leads, and its first check turns green."""
    moments = [moment for moment, _ in first_green(browser, server, "00_start_here", time.monotonic())]
    assert moments[-1] == "the first check is green"


def test_memory(browser: Browser, server: Server) -> None:
    """Server, kernel and course together take less than a gigabyte, when all of the largest lesson has been worked."""
    worked = work(browser, server, LESSON)
    assert (worked.cards, worked.errors) == (worked.wanted, [])
    assert len(worked.memory) > 1, "a server and a kernel"
    assert sum(worked.memory.values()) < MOST_MEMORY, worked.memory


def _canonical(packages: Mapping[str, str]) -> dict[str, str]:
    return {canonicalize_name(name): version for name, version in packages.items()}
