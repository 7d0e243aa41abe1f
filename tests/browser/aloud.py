"""What a screen reader says of pages, from top to bottom: `python -m tests.browser.aloud build/html/08_midstream.html`.

Orca reads a page to its end as soon as Chromium has opened it, and writes down what it says. On Debian that needs
`apt-get install orca openbox xvfb dbus at-spi2-core chromium`, and no voice: display, bus and settings are of its own.
It does not start beside another Orca of the same user.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click

from helpers.errors import CourseError

from .chromium import FLAGS, find_browser

PROGRAMS: Final = ("Xvfb", "dbus-daemon", "openbox", "orca", "gdbus")
ACCESSIBILITY: Final = "/usr/libexec/at-spi-bus-launcher"
ASKED_FOR: Final = (
    *("gdbus", "call", "--session", "--dest", "org.a11y.Bus", "--object-path", "/org/a11y/bus"),
    *("--method", "org.freedesktop.DBus.Properties.Set", "org.a11y.Status", "ScreenReaderEnabled", "<true>"),
)
SAID: Final = re.compile(
    r"^[\d:.]+ - SPEECH OUTPUT: '(.*?)'(?: voice=\w+)?(?: ?\[?\{'[^\n]*)?$(?=\n[\d:.]+ - )", re.MULTILINE | re.DOTALL
)
READY: Final = 60.0
"""Seconds after which a program that has not started will not."""
SILENCE: Final = 8.0
"""Seconds in which Orca says nothing when it is through."""


def said_in(log: str) -> list[str]:
    """What Orca said, by its log: a line for each breath."""
    return [" ".join(one.split()) for one in SAID.findall(log) if one.strip()]


@contextmanager
def running(command: Sequence[str], env: Mapping[str, str], **streams: int) -> Iterator[subprocess.Popen[str]]:
    """A program, until the end of `with`."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **streams}
    process = subprocess.Popen(command, env=env, text=True, **quiet)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def desk(folder: Path) -> Iterator[tuple[Mapping[str, str], Path]]:
    """A display with a bus, a window manager and Orca: the environment for what is to be read, and Orca's log."""
    log = folder / "orca.log"
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    env = {**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(runtime), "LANG": "C.UTF-8"}
    # Without a server for its voice Orca reads on at once, and says in its log all that it would say.
    env |= {"SPEECHD_ADDRESS": "unix_socket:/nowhere"}
    for name in ("CONFIG", "DATA", "CACHE"):
        env[f"XDG_{name}_HOME"] = str(folder / name.lower())
    with ExitStack() as stack:
        screen = ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
        env["DISPLAY"] = f":{_first_line(stack.enter_context(running(screen, env, stdout=subprocess.PIPE)))}"
        bus = stack.enter_context(
            running(["dbus-daemon", "--session", "--nofork", "--print-address"], env, stdout=subprocess.PIPE)
        )
        env["DBUS_SESSION_BUS_ADDRESS"] = _first_line(bus)
        stack.enter_context(running([ACCESSIBILITY, "--launch-immediately", "--a11y=1", "--screen-reader=1"], env))
        stack.enter_context(running(["openbox"], env))
        subprocess.run(ASKED_FOR, env=env, check=True, capture_output=True, timeout=READY)
        stack.enter_context(running(["orca", f"--debug-file={log}"], env))
        _wait_for(log, "activating script for")
        yield env, log


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _wait_for(log: Path, words: str) -> None:
    end = time.monotonic() + READY
    while not (log.exists() and words in log.read_text("utf-8", "replace")):
        if time.monotonic() > end:
            raise CourseError(f"Orca has not said '{words}' after {READY:g} seconds.")
        time.sleep(0.2)


def read_out(page: str, env: Mapping[str, str], log: Path, profile: Path) -> list[str]:
    """What Orca says of `page`, from its title to its end."""
    before = log.stat().st_size
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    options = [
        *FLAGS,
        *as_root,
        "--force-renderer-accessibility",
        f"--user-data-dir={profile}",
        "--no-default-browser-check",
    ]
    with running([find_browser(), *options, page], env):
        _wait_for(log, "Finished loading")
        seen, quiet = -1, time.monotonic()
        while time.monotonic() - quiet < SILENCE:
            time.sleep(0.5)
            if seen != (seen := log.stat().st_size):
                quiet = time.monotonic()
    return said_in(log.read_bytes()[before:].decode("utf-8", "replace"))


@click.command(help=(__doc__ or "").partition(":")[0])
@click.argument("pages", nargs=-1, required=True)
def main(pages: Sequence[str]) -> None:
    """Print what Orca says of each page."""
    missing = [name for name in (*PROGRAMS, ACCESSIBILITY) if shutil.which(name) is None]
    if missing:
        raise CourseError(f"{', '.join(missing)} is missing: apt-get install orca openbox xvfb dbus at-spi2-core")
    for number, page in enumerate(pages):
        address = Path(page).resolve().as_uri() if Path(page).exists() else page
        with TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            with desk(folder) as (env, log):
                said = read_out(address, env, log, folder / "chromium")
        click.echo("\n".join([*([""] if number else []), address, *said]))


if __name__ == "__main__":
    try:
        main()
    except CourseError as error:
        sys.exit(str(error))
