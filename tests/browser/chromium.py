"""The browser: finding Debian's Chromium or what stands in for it, and starting it so that it calls nobody.

By hand a Firefox as Debian or Mozilla build it takes its place, over WebDriver BiDi; CONTRIBUTING.md says how.
"""

import os
import shutil
from typing import Final

from playwright.sync_api import Browser, Playwright

from helpers.doctor.machine import CHROMIUM, CHROMIUM_VARIABLE
from helpers.errors import CourseError

FIREFOX: Final = "PLAYWRIGHT_FIREFOX"
"""Names the Firefox that is wanted in Chromium's place."""
VARIABLE: Final = CHROMIUM_VARIABLE
NAMES: Final = CHROMIUM
BROWSERS_OWN: Final = "content-autofill.googleapis.com"
"""Whom Chromium asks, whatever page is open, how a form may be filled in: no page does."""
FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    # Chromium's own calls home. A page's requests are what the test is about.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Letters of the same shape in every screenshot.
    "--font-render-hinting=none",
)


def find_browser() -> str:
    """The program to start: what a variable names, Firefox before Chromium, else the first of `NAMES` there is."""
    for variable in (FIREFOX, VARIABLE):
        if named := os.environ.get(variable):
            return _named(named, variable)
    for name in NAMES:
        if program := shutil.which(name):
            return program
    raise CourseError(
        f"The browser test needs Chromium: run 'apt-get install chromium' as root, or name a Chromium in {VARIABLE}."
    )


def _named(name: str, variable: str) -> str:
    if program := shutil.which(name):
        return program
    raise CourseError(f"{variable} names {name}, which is no program: mend the path or unset it.")


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium, or the Firefox that PLAYWRIGHT_FIREFOX names."""
    if os.environ.get(FIREFOX):
        return playwright.firefox.launch(executable_path=find_browser(), channel="moz-firefox")
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return playwright.chromium.launch(
        executable_path=find_browser(),
        # Chromium's sandbox does not start as root.
        args=[*FLAGS, "--no-sandbox"] if as_root else list(FLAGS),
    )
