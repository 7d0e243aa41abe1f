"""The browser: there, or said in one sentence to be missing."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from helpers.errors import CourseError

from .chromium import find_browser, launch

HERE = Path(__file__).parent


def pytest_collection_finish(session: pytest.Session) -> None:
    """Without Chromium, CI and whoever asks for these very tests get no green run with a skip in it."""
    if not any(HERE in item.path.parents for item in session.items):
        return
    try:
        find_browser()
    except CourseError as error:
        if os.environ.get("CI") or asked_for(session.config):
            stop(session, str(error))


def asked_for(config: pytest.Config) -> bool:
    """Whether the command line names this folder or something in it."""
    paths = (config.invocation_params.dir / argument.split("::")[0] for argument in config.args)
    return any(path.resolve().is_relative_to(HERE) for path in paths)


def stop(session: pytest.Session, sentence: str) -> None:
    """End the run with exit code 2 and `sentence`."""
    if hasattr(session.config, "workerinput"):
        # A worker of pytest-xdist that exits is taken for crashed, and replaced. This stops them all.
        session.shouldstop = sentence
    else:
        pytest.exit(sentence, returncode=2)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one module: Playwright's event loop would be in the way of other modules' asynchronous tests."""
    try:
        find_browser()
    except CourseError as error:
        pytest.skip(str(error))
    with sync_playwright() as playwright, launch(playwright) as chromium:
        yield chromium
