"""What the course meets on a machine besides Python: kernel, programs, ports, and the settings."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from helpers.doctor.finding import INSTALL, ROOT, Finding, Look, quoted
from helpers.settings import without_keys

KERNEL: Final = "python3"
CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_VARIABLE: Final = "PLAYWRIGHT_CHROMIUM"
"""Names another program for the tests."""
PORT: Final = 8888
"""Where Lab listens, if nobody else does."""
SECONDS: Final = 60


def kernel() -> Iterator[Finding]:
    """Whether the kernel that notebooks ask for is this Python, and knows the course."""
    from jupyter_client.kernelspec import KernelSpecManager

    spec = KernelSpecManager().get_kernel_spec(KERNEL)
    program = spec.argv[0]
    # ipykernel's own specification names no folder: Jupyter puts the Python that it runs in there.
    named = (
        sys.executable
        if program in ("python", "python3", f"python{sys.version_info[0]}.{sys.version_info[1]}")
        else program
    )
    if Path(named).parent.resolve() != Path(sys.executable).parent.resolve():
        said = f"{KERNEL} is {named}, not this Python"
        yield Finding("kernel", "broken", said, _own_kernel(Path(spec.resource_dir)))
        return
    command = [named, "-c", "import ipykernel; from helpers import make_client"]
    done = subprocess.run(
        command, cwd=ROOT, env=without_keys(), capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
        yield Finding("kernel", "broken", f"it cannot import the course: {last}", INSTALL)
    else:
        yield Finding("kernel", "fine", f"{KERNEL} is this Python, and imports the course")


def _own_kernel(foreign: Path) -> str:
    """In this environment its own takes the place of the `foreign` one. Elsewhere that has another name from then on:
    Jupyter would find it first again.
    """
    if foreign.resolve().is_relative_to(Path(sys.prefix).resolve()):
        return f"{quoted(sys.executable)} -m ipykernel install --sys-prefix"
    move = "move" if sys.platform == "win32" else "mv"
    return f"{move} {quoted(foreign)} {quoted(foreign.with_name(f'{foreign.name}-other'))}"


def chromium() -> Iterator[Finding]:
    """The browser of the tests."""
    named = os.environ.get(CHROMIUM_VARIABLE)
    path = next((path for path in map(shutil.which, [named] if named else CHROMIUM) if path), None)
    if named and path is None:
        said = f"{CHROMIUM_VARIABLE} names {named}, which is no program"
        yield Finding("Chromium", "optional", said, f"unset {CHROMIUM_VARIABLE}")
    elif path:
        yield Finding("Chromium", "fine", path)
    else:
        mend = "apt-get install chromium" if sys.platform == "linux" else "install Chromium"
        yield Finding("Chromium", "optional", "not found; the browser tests alone need it", mend)


def node() -> Iterator[Finding]:
    """Node, and the packages that are pinned for cells of TypeScript."""
    from helpers.typescript.node import problem, versions

    said = problem()
    if said:
        yield Finding("Node", "optional", f"{said.partition(': ')[0]}; cells of TypeScript alone need it", "make node")
    else:
        yield Finding("Node", "fine", ", ".join(f"{name} {version}" for name, version in versions().items()))


def port() -> Iterator[Finding]:
    """Whether programs here can listen for each other, as Lab and its kernels do."""
    with socket.socket() as own:
        try:
            own.bind(("127.0.0.1", 0))
        except OSError as error:
            said = f"nothing can listen on 127.0.0.1: {error.strerror}"
            yield Finding("port", "broken", said, "allow programs to listen on the loopback address")
            return
    with socket.socket() as labs:
        try:
            labs.bind(("127.0.0.1", PORT))
        except OSError as error:
            yield Finding("port", "fine", f"{PORT} is not free ({error.strerror}): Lab takes the next one")
        else:
            yield Finding("port", "fine", f"{PORT} is free for Lab")


def grading() -> Iterator[Finding]:
    """How far submissions are kept apart here."""
    from helpers.grading.nursery import Nursery

    with Nursery() as nursery:
        if nursery.isolation == "namespaces":
            yield Finding("grading", "fine", "in namespaces: no files, processes or network but the submission's own")
        else:
            said = f"behind a guard alone ({nursery.why_not})"
            yield Finding("grading", "optional", said, "grade only the work of people you trust")


def settings() -> Iterator[Finding]:
    """The mode, the model, and of the key no more than whether it is there."""
    from helpers.errors import CourseError
    from helpers.settings import read_settings

    try:
        now = read_settings()
    except CourseError as error:
        yield Finding("settings", "broken", str(error), "unset COURSE_MODE COURSE_SPEED COURSE_BUDGET")
        return
    key = "ANTHROPIC_API_KEY is set" if now.api_key else "ANTHROPIC_API_KEY is not set"
    if now.mode == "live" and now.api_key is None:
        yield Finding("key", "broken", f"COURSE_MODE is live, and {key}", "unset COURSE_MODE")
    elif now.mode == "live":
        yield Finding("key", "fine", f"{key}, and calls cost money, up to ${now.budget:.2f}: COURSE_MODE is live")
    else:
        yield Finding("key", "fine", f"{key}, and none is used: in the replay there is no network")
    yield Finding("model", "fine", now.model)


LOOKS: Final[list[tuple[str, Look]]] = [
    ("kernel", kernel),
    ("Chromium", chromium),
    ("Node", node),
    ("port", port),
    ("grading", grading),
    ("settings", settings),
]
