"""The browser: finding Debian's Chromium or what stands in for it, and starting it so that it calls nobody."""

import os
import shutil
from typing import Final

from playwright.sync_api import Browser, Playwright

from helpers.doctor.machine import CHROMIUM as NAMES
from helpers.doctor.machine import CHROMIUM_VARIABLE as VARIABLE
from helpers.errors import CourseError

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


def find_chromium() -> str:
    """The program to start: the one that PLAYWRIGHT_CHROMIUM names, else the first of `NAMES` on the PATH."""
    named = os.environ.get(VARIABLE)
    if named:
        if program := shutil.which(named):
            return program
        raise CourseError(f"{VARIABLE} names {named}, which is no program: mend the path or unset it.")
    for name in NAMES:
        if program := shutil.which(name):
            return program
    raise CourseError(
        f"The browser test needs Chromium: run 'apt-get install chromium' as root, or name a Chromium in {VARIABLE}."
    )


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return playwright.chromium.launch(
        executable_path=find_chromium(),
        # Chromium's sandbox does not start as root.
        args=[*FLAGS, "--no-sandbox"] if as_root else list(FLAGS),
    )
